/**
 * What the accuracy check's statistics are worth, by simulation; written to bench/results/accuracy.md.
 *
 *     node bench/accuracy.ts [trials for each number, default 4000]
 *
 * Pairs are drawn as they are seen: of every question, base and head agree, or the answer flips by itself (half of the flips either way), or it
 * is lost for good.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { stopping } from "../src/checks/accuracy/stopping.ts";
import type { AccuracyConfig, Answer } from "../src/model/index.ts";
import { clopperPearson, detectableLoss, mcnemarExact, mcnemarMidP, pairedDifference, random, type Random } from "../src/stats/index.ts";

const trials = Number(process.argv[2] ?? 4000);
const ACCURACY = 0.9;
const GSM8K = 1319;

/** One comparison: outcomes of the head and the base, question by question. */
interface Pairs {
  readonly base: readonly boolean[];
  readonly head: readonly boolean[];
}

function draw(uniform: Random, n: number, flips: number, loss: number): Pairs {
  const base: boolean[] = [];
  const head: boolean[] = [];
  for (let i = 0; i < n; i += 1) {
    const u = uniform();
    const kind = u < flips / 2 + loss ? "worse" : u < flips + loss ? "better" : "same";
    // Of the pairs that agree so many are right that the base answers 90 % in all.
    const right = uniform() < (ACCURACY - flips / 2 - loss) / (1 - flips - loss);
    base.push(kind === "same" ? right : kind === "worse");
    head.push(kind === "same" ? right : kind === "better");
  }
  return { base, head };
}

function count(pairs: Pairs, n = pairs.base.length): { worse: number; better: number; base: number; head: number } {
  const found = { worse: 0, better: 0, base: 0, head: 0 };
  for (let i = 0; i < n; i += 1) {
    if (pairs.base[i] === true) found.base += 1;
    if (pairs.head[i] === true) found.head += 1;
    if (pairs.base[i] === true && pairs.head[i] === false) found.worse += 1;
    if (pairs.base[i] === false && pairs.head[i] === true) found.better += 1;
  }
  return found;
}

type Rule = (pairs: Pairs) => boolean;
const rules: Readonly<Record<string, Rule>> = {
  "absolute tolerance: 8 points below 0.90, all questions": (pairs) => count(pairs).head / pairs.head.length < ACCURACY - 0.08,
  "fixed threshold: below 0.89, 200 questions": (pairs) => count(pairs, 200).head / 200 < 0.89,
  "fixed threshold: below 0.89, all questions": (pairs) => count(pairs).head / pairs.head.length < 0.89,
  "unpaired z, one-sided 5 %, 100 questions": (pairs) => unpairedZ(pairs, 100),
  "unpaired z, one-sided 5 %, all questions": (pairs) => unpairedZ(pairs, pairs.head.length),
  "**ours, told of**: McNemar mid-p, one-sided 5 %": (pairs) => {
    const { worse, better } = count(pairs);
    return worse > better && mcnemarMidP(worse, better) < 0.05;
  },
  "**ours, red**: McNemar exact, two-sided 5 %": (pairs) => {
    const { worse, better } = count(pairs);
    return worse > better && mcnemarExact(worse, better) < 0.05;
  },
};

function unpairedZ(pairs: Pairs, n: number): boolean {
  const found = count(pairs, n);
  const [b, h] = [found.base / n, found.head / n];
  const se = Math.sqrt((b * (1 - b) + h * (1 - h)) / n);
  return se > 0 && (b - h) / se > 1.645;
}

function times(hold: (trial: number) => boolean): string {
  let k = 0;
  for (let trial = 0; trial < trials; trial += 1) if (hold(trial)) k += 1;
  return shareText(k, trials);
}

function shareText(k: number, n: number): string {
  const { low, high } = clopperPearson(k, n);
  return `${((100 * k) / n).toFixed(1)} % (${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)})`;
}

const LOSSES = [0, 0.005, 0.01, 0.02, 0.05, 0.09];
const rulesTable = Object.entries(rules).map(([name, rule]) => {
  const cells = LOSSES.map((loss) => times((trial) => rule(draw(random(31 * trial + 7), GSM8K, 0.01, loss))));
  process.stderr.write(`${name}: ${cells.join(" | ")}\n`);
  return `| ${name} | ${cells.join(" | ")} |`;
});

const powerTable = [200, 500, GSM8K].flatMap((n) =>
  [0.005, 0.01, 0.03, 0.06].map((flips) => {
    const least = detectableLoss(n, flips);
    if (least === undefined) throw new Error(`nothing can be found with ${n} questions`);
    let k = 0;
    for (let trial = 0; trial < trials; trial += 1) {
      const { worse, better } = count(draw(random(17 * trial + n), n, flips, least));
      if (worse > better && mcnemarExact(worse, better) < 0.05) k += 1;
    }
    const within = Math.abs(k / trials - 0.8) <= 0.03;
    process.stderr.write(`n ${n} flips ${flips}: ${(100 * least).toFixed(2)} points, power ${(k / trials).toFixed(3)}\n`);
    return `| ${n} | ${100 * flips} % | ${(100 * least).toFixed(2)} points | ${shareText(k, trials)} | ${within ? "yes" : "**no**"} |`;
  }),
);

interface Ending {
  readonly said: "red" | "pass" | "undecided";
  readonly early: boolean;
  readonly asked: number;
}

const MARGIN = 1;

/** As the gate judges at the end; with stopping, as the check ends and the gate then judges. */
function ending(pairs: Pairs, early: boolean): Ending {
  const answers = (side: readonly boolean[]): Answer[] => side.map((right, i) => ({ id: String(i), outcome: right ? "right" : "wrong" }));
  const head = answers(pairs.head);
  const stop = early ? stopping({ stopEarly: { margin: MARGIN } } as AccuracyConfig, answers(pairs.base), head.length) : undefined;
  for (let at = stop?.next(0) ?? head.length; at < head.length; at = stop?.next(at) ?? head.length) {
    const why = stop?.settled(head.slice(0, at));
    if (why !== undefined) return { said: why.startsWith("surely more") ? "red" : "pass", early: true, asked: at };
  }
  const { worse, better } = count(pairs);
  const { low, high } = pairedDifference(worse, better, head.length);
  return { said: high < -MARGIN / 100 ? "red" : low >= -MARGIN / 100 ? "pass" : "undecided", early: false, asked: head.length };
}

const stoppingTable = [0.01, 0.03].flatMap((flips) =>
  [0, 0.005, 0.01, 0.02, 0.03, 0.05].map((loss) => {
    const draws = Array.from({ length: trials }, (_, trial) => draw(random(13 * trial + 3), GSM8K, flips, loss));
    const [once, looks] = [draws.map((pairs) => ending(pairs, false)), draws.map((pairs) => ending(pairs, true))];
    const share = (all: readonly Ending[], is: (each: Ending) => boolean): string => shareText(all.filter(is).length, trials);
    const asked = looks.reduce((total, each) => total + each.asked, 0) / trials;
    const cells = [
      share(once, ({ said }) => said === "red"),
      share(looks, ({ said }) => said === "red"),
      share(looks, ({ said, early }) => said === "red" && early),
      share(once, ({ said }) => said === "pass"),
      share(looks, ({ said }) => said === "pass"),
      share(looks, ({ said, early }) => said === "pass" && early),
      asked.toFixed(0),
    ];
    process.stderr.write(`stopping, flips ${flips}, loss ${loss}: ${cells.join(" | ")}\n`);
    return `| ${100 * flips} % | ${100 * loss} points | ${cells.join(" | ")} |`;
  }),
);

mkdirSync("bench/results", { recursive: true });
writeFileSync(
  "bench/results/accuracy.md",
  `# What the accuracy statistics are worth

Written by \`node bench/accuracy.ts ${trials}\`: ${trials} simulated comparisons for each number, exact 95 % intervals in brackets. The base answers 90 % right; answers that
flip by themselves fall either way, and a loss comes on top.

## Losses found on 1,319 questions of which 1 % flip by themselves, by rule

In use elsewhere: a tolerance of 8 points below a stored value, fixed thresholds (here one point below the truth), an unpaired z on few questions. Ours pairs by question.
The first column of numbers is false alarms.

| Rule | ${LOSSES.map((loss) => `${100 * loss} points lost`).join(" | ")} |
| --- | ${LOSSES.map(() => "---").join(" | ")} |
${rulesTable.join("\n")}

## The smallest loss found four times in five, as it is printed

\`repeat\` measures the flips; the report prints the loss that the questions can show with 80 % power. Simulated power at that loss (it should be 80 %, within 3 points):

| Questions | Flips | Printed | Power at it | Within 3 points |
| --- | --- | --- | --- | --- |
${powerTable.join("\n")}

## Stopping early

\`stop-early: { margin: ${MARGIN} }\` on 1,319 questions: looks after a quarter, a half and three quarters, each stopping only where a 99.9 % interval for the questions not yet asked lies wholly on
one side of the margin. A loss of exactly the margin (1 point) is where both errors are largest: what stops early there is wrong by construction, and three looks may add 0.15 % to either side.

| Flips | Loss | Red, all asked | Red, with looks | … stopped so | Pass, all asked | Pass, with looks | … stopped so | Questions asked of 1,319 |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
${stoppingTable.join("\n")}
`,
);
