import type { AccuracyConfig, Config } from "../model/index.ts";
import { accuracy, accuracyWorkload } from "./accuracy/accuracy.ts";
import type { CheckRun } from "./check-run.ts";
import { numerics } from "./numerics/numerics.ts";
import { smoke } from "./smoke/smoke.ts";
import { throughput } from "./throughput/throughput.ts";

export { workloadProblems } from "./throughput/workload.ts";
export type { CheckContext, CheckRun, CommandAnswer, CommandOptions, Commands, MeasuredPass } from "./check-run.ts";
export { garbage } from "./garbage.ts";

/** Everything the configuration asks to be done to each server, the cheapest first. */
export function checksFor(config: Config): readonly CheckRun[] {
  return [
    ...(config.smoke === undefined ? [] : [smoke(config.smoke)]),
    ...(config.numerics === undefined ? [] : [numerics(config.numerics)]),
    ...accuracyChecks(config.accuracy),
    ...config.throughput.map((wanted) => throughput(wanted)),
  ];
}

/** One dataset asked in two ways needs two names, or the two would be compared with each other. */
function accuracyChecks(wanted: readonly AccuracyConfig[]): CheckRun[] {
  const names = wanted.map(accuracyWorkload);
  return wanted.map((config, i) => {
    const name = names[i] ?? "";
    const unique = names.indexOf(name) === names.lastIndexOf(name);
    return accuracy(config, unique ? name : `${name} ${config.endpoint} c=${config.concurrency} t=${config.maxTokens}`);
  });
}
