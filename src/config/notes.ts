import type { Config } from "../model/index.ts";

// Fewer requests leave no upper bound at 95 % for the percentile, and it is then withheld.
const LEAST_REQUESTS = { p99: 368, p99_9: 3_688 } as const;

/** What a valid configuration leaves untested, in sentences; shown by `plan` and before a run. */
export function notes(config: Config): readonly string[] {
  return [
    ...(config.gates.length === 0 ? ["No gates are configured: numbers are shown and none can fail the run."] : []),
    ...(config.gates.some((gate) => gate.kind === "relative") && config.baseline.from === "none"
      ? ["No baseline is configured: gates that say drops or rises are not tested."]
      : []),
    ...(config.smoke === undefined ? ["The smoke test is off."] : []),
    ...config.gates.flatMap((gate) => withheld(gate.metric, config)),
  ];
}

function withheld(metric: string, config: Config): string[] {
  const percentile = /^(?:ttft|tpot|e2el)_(p99(?:_9)?)$/.exec(metric)?.[1] as keyof typeof LEAST_REQUESTS | undefined;
  if (percentile === undefined) return [];
  const least = LEAST_REQUESTS[percentile];
  const most = Math.max(
    0,
    ...config.throughput.flatMap(({ requests, concurrency, rate = [], workload }) => [
      ...concurrency.map((level) => requests ?? Math.max(16, 4 * level)),
      ...rate.map((perSecond) => requests ?? Math.max(64, Math.ceil(30 * perSecond))),
      // A replay sends what its file holds.
      ...(workload?.replay === true ? [requests ?? Infinity] : []),
    ]),
  );
  return most >= least
    ? []
    : [`${metric} is withheld below ${least} requests, and no level sends more than ${most}: its gate is not tested.`];
}
