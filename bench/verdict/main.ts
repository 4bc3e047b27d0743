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
  "ours, in turns: launches 4, confirm 8, margin 1 %": inTurns({ margin: 1, launches: 4, confirm: 8 }),
  "ours, in turns: launches 5, confirm 20, margin 2 %": inTurns({ margin: 2, launches: 5, confirm: 20 }),
  "ours, history: launches 3, confirm 9, margin 3 %": againstHistory({ margin: 3, launches: 3, confirm: 9 }),
};

function simulate(rule: Rule, world: World, loss: number): Called[] {
  return Array.from({ length: trials }, (_, trial) => {
    const draw = drawer(world, 7_919 * trial + 1);
    const history = Array.from({ length: HISTORY_DAYS }, (_day, day) => draw.job(day).launch());
    const job = draw.job(HISTORY_DAYS);
    return rule({ history, pair: () => ({ base: job.launch(), head: job.launch(loss) }) });
  });
}

function share(count: number): string {
  const { low, high } = clopperPearson(count, trials);
  return `${((100 * count) / trials).toFixed(1)} % (${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)})`;
}

const lines = [
  "# Verdicts of simulated pull requests",
  "",
  `${trials} pull requests for each number, ${ROWS} gated rows (${CELLS} cells × ${ROWS / CELLS}), 95 % intervals in brackets. Launches scatter with Student's t of 5`,
  "degrees of freedom; 2 % of launches stand 10 % lower for no reason; jobs differ and main drifts. A loss falls on one row. *Red* counts pull",
  `requests without any loss that are called a regression; *found* those where the slower row is. GPU-minutes count ${MINUTES} minutes a launch on one GPU, all cells.`,
  "`node bench/verdict/main.ts` writes this page.",
  "",
];
for (const [name, world] of Object.entries(worlds).filter(([each]) => each.includes(only))) {
  lines.push(`## ${name} from launch to launch`, "");
  lines.push(
    `| Rule | Red when clean | Inconclusive when clean | ${LOSSES.slice(1)
      .map((loss) => `${100 * loss} % found`)
      .join(" | ")} | Launches a cell, clean / 5 % | GPU-minutes, clean |`,
  );
  lines.push(
    `| --- | --- | --- | ${LOSSES.slice(1)
      .map(() => "---")
      .join(" | ")} | --- | --- |`,
  );
  for (const [title, rule] of Object.entries(rules)) {
    const results = LOSSES.map((loss) => simulate(rule, world, loss));
    const clean = results[0] ?? [];
    const launches = (each: readonly Called[]): number => each.reduce((sum, one) => sum + one.launches, 0) / trials;
    const found = results.slice(1).map((each) => share(each.filter((one) => one.found).length));
    const cost = `${launches(clean).toFixed(1)} / ${launches(results[3] ?? []).toFixed(1)}`;
    const minutes = (launches(clean) * CELLS * MINUTES).toFixed(0);
    lines.push(
      `| ${title} | ${share(clean.filter((one) => one.red).length)} | ${share(clean.filter((one) => one.inconclusive).length)} | ${found.join(" | ")} | ${cost} | ${minutes} |`,
    );
    process.stderr.write(`${name}: ${lines.at(-1) ?? ""}\n`);
  }
  lines.push("");
}
await writeFile("bench/results/verdict.md", lines.join("\n"));
