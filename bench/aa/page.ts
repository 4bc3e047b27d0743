import { cpus } from "node:os";
import { clopperPearson, quantile, sorted } from "../../src/stats/index.ts";
import type { Outcome, Setup } from "./trial.ts";

/** The page of bench/results, from the journal. */
export function page(setup: Setup, outcomes: readonly Outcome[]): string {
  const [clean, slowed] = [outcomes.filter((each) => each.slowdown === 0), outcomes.filter((each) => each.slowdown > 0)];
  const worst = Math.max(...slowed.map((each) => each.slowdown));
  return `# Verdicts on a real engine

llama.cpp's server with the tiny model of test/tiny-llama on the CPU (${cpus().length} × ${cpus()[0]?.model ?? "unknown"}), base and head launched in turns by
\`servegate run\`; the gate is \`${setup.metric} rises no more than ${setup.margin}%\`, with \`launches: ${setup.launches}\` and \`confirm: ${setup.confirm}\`. The slower build
has a layer more, which adds nothing to the result and about ${(100 * worst).toFixed(0)} % to the time of a token. The machine's load average was ${range(outcomes.map((each) => each.load))} on ${cpus().length} cores when trials ended.
\`node bench/aa/main.ts\` writes this page.

| Builds | Trials | Regression | Pass | Inconclusive | Other | Launches a side, median (most) | Spread of a pair, median | Estimate, median |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
${row("the same", clean)}
${row(`${(100 * worst).toFixed(0)} % slower`, slowed)}

| Builds | ln(head/base), 95 % interval | Verdict | Launches a side | Seconds |
| --- | --- | --- | --- | --- |
${outcomes.map(trialRow).join("\n")}
`;
}

function row(name: string, outcomes: readonly Outcome[]): string {
  const share = (wanted: (outcome: Outcome) => boolean): string => {
    const count = outcomes.filter(wanted).length;
    const { low, high } = clopperPearson(count, outcomes.length);
    return `${count} (${(100 * low).toFixed(0)}–${(100 * high).toFixed(0)} %)`;
  };
  const named = ["regression", "pass", "inconclusive"];
  const [launches, spreads, changes] = [
    outcomes.map((each) => each.launches),
    outcomes.flatMap((each) => each.spread ?? []),
    outcomes.flatMap((each) => each.change ?? []),
  ];
  return `| ${[
    name,
    outcomes.length,
    ...named.map((name) => share((each) => each.class === name)),
    outcomes.filter((each) => !named.includes(each.class)).length,
    `${median(launches).toFixed(0)} (${Math.max(...launches)})`,
    `${(100 * median(spreads)).toFixed(1)} %`,
    `${(100 * Math.expm1(median(changes))).toFixed(1)} %`,
  ].join(" | ")} |`;
}

function trialRow({ slowdown, change, low, high, class: verdict, launches, seconds }: Outcome): string {
  const number = (value: number | undefined): string => value?.toFixed(3) ?? "–";
  const builds = slowdown === 0 ? "the same" : `${(100 * slowdown).toFixed(0)} % slower`;
  return `| ${builds} | ${number(change)} (${number(low)} to ${number(high)}) | ${verdict} | ${launches} | ${seconds} |`;
}

function median(values: readonly number[]): number {
  return quantile(sorted(values), 0.5) ?? Number.NaN;
}

function range(values: readonly number[]): string {
  return `${Math.min(...values).toFixed(1)} to ${Math.max(...values).toFixed(1)}`;
}
