/**
 * False alarms and misses of the rules that gates use, and of ours, over simulated pull requests; written to bench/results/verdict.md.
 *
 *     node bench/verdict/main.ts [pull requests for each number, default 500] [only worlds whose name holds this, such as "2 %"]
 */
import { writeFile } from "node:fs/promises";
import { clopperPearson } from "../../src/stats/index.ts";
import { againstHistory, inTurns } from "./ours.ts";
import { inUse, type Called, type Rule } from "./rules.ts";
import { CELLS, drawer, ROWS, type World } from "./world.ts";

const LOSSES = [0, 0.02, 0.03, 0.05, 0.1] as const;
const MINUTES = 8;
const HISTORY_DAYS = 40;
const trials = Number(process.argv[2] ?? 500);
const only = process.argv[3] ?? "";

const worlds: Readonly<Record<string, World>> = {
  "CV 1 %": { cv: 0.01, outliers: 0.02, job: 0.003, walk: 0.0005 },
  "CV 2 %": { cv: 0.02, outliers: 0.02, job: 0.005, walk: 0.001 },
  "CV 3 %": { cv: 0.03, outliers: 0.02, job: 0.008, walk: 0.0015 },
};
const rules: Readonly<Record<string, Rule>> = {
  ...inUse,
  "ours, in turns: launches 3, confirm 13, margin 0.5 %": inTurns({ margin: 0.5, launches: 3, confirm: 13 }),
  "ours, in turns: launches 3, confirm 15, margin 1 %": inTurns({ margin: 1, launches: 3, confirm: 15 }),
  "ours, in turns: launches 6, confirm 10, margin 5 %": inTurns({ margin: 5, launches: 6, confirm: 10 }),
  "ours, history: launches 3, confirm 9, margin 3 %": againstHistory({ margin: 3, launches: 3, confirm: 9 }),
};

function simulate(rule: Rule, world: World, loss: number): Called[] {
  return Array.from({ length: trials }, (_, trial) => {
    const draw = drawer(world, 15_485_863 + 7_919 * trial);
    const history = Array.from({ length: HISTORY_DAYS }, (_day, day) => draw.job(day).launch());
    const job = draw.job(HISTORY_DAYS);
    return rule({ history, pair: () => ({ base: job.launch(), head: job.launch(loss) }) });
  });
}

function share(count: number): string {
  const { low, high } = clopperPearson(count, trials);
  return `${((100 * count) / trials).toFixed(1)} % (${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)})`;
}

const head = [
  "Rule",
  "Red when clean",
  "Inconclusive when clean",
  ...LOSSES.slice(1).map((loss) => `${100 * loss} % found`),
  "5 % lost and called green",
  "Launches a side, clean / 5 %",
  "GPU-minutes to the verdict, clean / 5 %",
];

function rowOf(title: string, rule: Rule, world: World): string {
  const results = LOSSES.map((loss) => simulate(rule, world, loss));
  const [clean = [], five = []] = [results[0], results[3]];
  const launches = (each: readonly Called[]): number => each.reduce((sum, one) => sum + one.launches, 0) / trials;
  const minutes = (each: readonly Called[]): string => (launches(each) * CELLS * MINUTES).toFixed(0);
  return `| ${[
    title,
    share(clean.filter((one) => one.red).length),
    share(clean.filter((one) => one.inconclusive).length),
    ...results.slice(1).map((each) => share(each.filter((one) => one.found).length)),
    share(five.filter((one) => !one.red && !one.inconclusive).length),
    `${sides(clean, launches)} / ${sides(five, launches)}`,
    `${minutes(clean)} / ${minutes(five)}`,
  ].join(" | ")} |`;
}

/** Rules that launch the head alone have one side. */
function sides(results: readonly Called[], launches: (each: readonly Called[]) => number): string {
  return (launches(results) / (results[0]?.sides ?? 1)).toFixed(1);
}

const lines = [
  "# Verdicts of simulated pull requests",
  "",
  `${trials} pull requests for each number, ${ROWS} gated rows (${CELLS} cells × ${ROWS / CELLS}), 95 % intervals in brackets. Launches scatter with Student's t of 5`,
  "degrees of freedom; 2 % of launches stand 10 % lower for no reason; jobs differ and main drifts. A loss falls on one row. *Red* counts pull",
  "requests without any loss that are called a regression; *found* those where the slower row is called. Launches are averaged over cells: confirmation",
  `launches only the cells that lean to a loss. GPU-minutes count ${MINUTES} minutes a launch on one GPU, all cells and both sides. \`node bench/verdict/main.ts\` writes this page.`,
  "",
];
for (const [name, world] of Object.entries(worlds).filter(([each]) => each.includes(only))) {
  lines.push(`## ${name} from launch to launch`, "", `| ${head.join(" | ")} |`, `| ${head.map(() => "---").join(" | ")} |`);
  for (const [title, rule] of Object.entries(rules)) {
    lines.push(rowOf(title, rule, world));
    process.stderr.write(`${name}: ${lines.at(-1) ?? ""}\n`);
    await writeFile("bench/results/verdict.md", `${lines.join("\n")}\n`);
  }
  lines.push("");
}
