import type { RunRecord } from "../model/index.ts";

/** Why the baseline must not be compared with, each difference named; empty when it fits. */
export function unfitness(head: RunRecord, base: RunRecord): string[] {
  const differ = (what: string, here: string, there: string): string[] =>
    here === there ? [] : [`${what} differs: ${here} in this run, ${there} in the baseline`];
  return [
    ...differ("record schema", head.schema, base.schema),
    ...differ("GPU", gpus(head), gpus(base)),
    ...differ("model", head.run.model, base.run.model),
    ...differ("engine", head.run.engine.id, base.run.engine.id),
    ...differ("kind of run", kind(head), kind(base)),
    ...(base.state === "finished" ? [] : [`baseline run ${base.run.id} did not finish`]),
  ];
}

function gpus(record: RunRecord): string {
  const names = [...new Set(record.machine.gpus.map((gpu) => gpu.name))].sort();
  return names.length === 0 ? "no GPU" : names.join(" + ");
}

function kind(record: RunRecord): string {
  return record.run.simulated ? "rehearsal (simulated)" : "real";
}
