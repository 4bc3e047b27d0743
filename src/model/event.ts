import type { Cell, CellId } from "./cell.ts";
import type { CheckResult } from "./check.ts";
import type { ResolvedSetting } from "./effect.ts";
import type { Diagnosis } from "./failure.ts";
import type { CacheState, Phase } from "./phase.ts";
import type { SkippedCell } from "./plan.ts";
import type { CellRecord, MachineFacts, Outcome, RemedyTrials, RunHeader, StopReport } from "./record.ts";
import type { Milliseconds, Timestamp } from "./units.ts";

/**
 * The only stream of a run. Appended to `events.jsonl` as it happens, so that a run that dies can still be told; folding the
 * events gives the record. `atMs` counts from the launch the event belongs to.
 */
export type Event =
  | {
      readonly kind: "run-started";
      readonly at: Timestamp;
      readonly run: RunHeader;
      readonly machine: MachineFacts;
      readonly skipped: readonly SkippedCell[];
    }
  | { readonly kind: "cell-planned"; readonly cell: Cell; readonly notes: readonly string[] }
  | ({
      readonly kind: "launch-started";
      readonly at: Timestamp;
      readonly argv: readonly string[];
      readonly env: Readonly<Record<string, string>>;
      readonly log: string;
      /** Where it already runs; nothing was started. */
      readonly url?: string;
    } & Where)
  /** The command line as it was really started; `launch-started` still has `{port}`, `{name}` and `{model}` open. */
  | ({
      readonly kind: "launch-filled";
      readonly argv: readonly string[];
      readonly env: Readonly<Record<string, string>>;
      readonly caches?: CacheState;
    } & Where)
  | ({ readonly kind: "phase-entered"; readonly phase: Phase; readonly atMs: Milliseconds; readonly line?: string } & Where)
  | ({ readonly kind: "effects-resolved"; readonly resolved: readonly ResolvedSetting[] } & Where)
  | ({ readonly kind: "check-started"; readonly check: string; readonly workload: string } & Where)
  /** For a live progress line only; never folded. */
  | ({ readonly kind: "progress"; readonly text: string } & Where)
  | ({ readonly kind: "check-finished"; readonly result: CheckResult } & Where)
  | ({ readonly kind: "launch-ended"; readonly atMs: Milliseconds; readonly outcome: Outcome; readonly diagnosis?: Diagnosis } & Where)
  | ({ readonly kind: "server-stopped"; readonly stop: StopReport } & Where)
  /** The launch was spoiled by the machine and does not count; another takes its place. It stays in the record. */
  | ({ readonly kind: "launch-voided"; readonly reason: string } & Where)
  | { readonly kind: "remedies-tried"; readonly result: RemedyTrials }
  /** A cell launched after the matrix to tell toggles apart, whole. */
  | { readonly kind: "cell-bisected"; readonly cell: CellRecord }
  | { readonly kind: "run-finished"; readonly at: Timestamp; readonly state: "finished" | "interrupted" };

interface Where {
  readonly cell: CellId;
  /** 1-based launch number. */
  readonly launch: number;
}
