import { createHash } from "node:crypto";
import type { MachineFacts, RunHeader } from "../../model/index.ts";

/**
 * What two runs must share before their numbers may stand in one history. Settings of a cell are not here: cells join by fingerprint, so
 * that a changed flag starts a new history for its cell alone.
 */
export interface HistoryKey {
  readonly gpu: string;
  /** Major version of the driver. */
  readonly driver: string;
  readonly engine: string;
  readonly model: string;
  /** `real` or `rehearsal (simulated)`. */
  readonly kind: string;
  /** Major and minor version of the harness: a changed load generator measures something else. */
  readonly harness: string;
}

export type KeyFacts = {
  readonly machine: Pick<MachineFacts, "gpus" | "driver">;
  /** `startedAt` tells how old a baseline is to this run. */
  readonly run: Pick<RunHeader, "engine" | "model" | "simulated" | "harness"> & Partial<Pick<RunHeader, "startedAt">>;
};

export function historyKey({ machine, run }: KeyFacts): HistoryKey {
  const counts = new Map<string, number>();
  for (const { name } of machine.gpus) counts.set(name, (counts.get(name) ?? 0) + 1);
  const gpus = [...counts].map(([name, count]) => `${count} × ${name}`).sort();
  return {
    gpu: gpus.length === 0 ? "no GPU" : gpus.join(" + "),
    driver: machine.driver?.split(".")[0] ?? "none",
    engine: run.engine.id,
    model: run.model,
    kind: run.simulated ? "rehearsal (simulated)" : "real",
    harness: run.harness.version.split(".").slice(0, 2).join("."),
  };
}

/** `GPU differs: 1 × NVIDIA H100 in the history, 1 × NVIDIA B200 here` for every part that does. */
export function keyDifferences(here: HistoryKey, there: HistoryKey): string[] {
  return (Object.keys(here) as (keyof HistoryKey)[])
    .filter((part) => here[part] !== there[part])
    .map((part) => `${part === "gpu" ? "GPU" : part} differs: ${there[part]} in the history, ${here[part]} here`);
}

/** Folder of a key: readable at its beginning, unique at its end. */
export function keyFolder(key: HistoryKey): string {
  const readable = [key.engine, key.gpu, key.model]
    .join("-")
    .replaceAll(/[^A-Za-z0-9.]+/g, "-")
    .slice(0, 80);
  return `${readable}-${createHash("sha256")
    .update(JSON.stringify(Object.values(key)))
    .digest("hex")
    .slice(0, 12)}`;
}
