import type { CellId } from "./cell.ts";
import type { FailureClass } from "./failure.ts";
import type { MetricTag } from "./gate.ts";
import type { Unit } from "./units.ts";

/** Head against baseline, metric by metric. */
export interface Comparison {
  readonly baseline:
    | {
        readonly state: "found";
        readonly run: string;
        readonly startedAt: string;
        readonly engineVersion?: string;
        readonly headSha?: string;
      }
    | { readonly state: "none"; readonly reason: string }
    /** Found, but it must not be compared: other GPU, other model, other schema… each difference named. */
    | { readonly state: "unfit"; readonly reasons: readonly string[] };
  readonly changes: readonly Change[];
  /** Cells of this run that the baseline lacks, and the other way round. */
  readonly newCells: readonly CellId[];
  readonly missingCells: readonly CellId[];
  /** How each cell stood in the baseline. */
  readonly before: Readonly<Record<CellId, { readonly served: true } | { readonly served: false; readonly class: FailureClass }>>;
  /** Numbers the baseline has and this run should have too, and why each could not be compared. Absent means none. */
  readonly lost?: readonly LostRow[];
  /** What else people should know about the joining, in sentences. */
  readonly notes?: readonly string[];
}

/** A number of a cell that both runs served, without a counterpart that may be compared. */
export interface LostRow {
  readonly cell: CellId;
  readonly metric: MetricTag;
  readonly workload: string;
  /** One clause: `not measured in this run`. */
  readonly reason: string;
}

/** One metric of one cell and workload, before → after. */
export interface Change {
  readonly cell: CellId;
  readonly metric: MetricTag;
  readonly workload: string;
  readonly unit: Unit;
  readonly better: "higher" | "lower";
  readonly base: number;
  readonly head: number;
  /** head/base − 1; absent where base is 0. */
  readonly relative?: number;
  /** 95 % interval of `relative`. */
  readonly relativeLow?: number;
  readonly relativeHigh?: number;
  /** head − base with its 95 % interval, in `unit` (for accuracy: percentage points). */
  readonly difference: number;
  readonly differenceLow?: number;
  readonly differenceHigh?: number;
  /** Where the interval comes from; `none` when one number stands on each side. */
  readonly certainty: "launches" | "within-launch" | "paired-questions" | "none";
  readonly n: { readonly base: number; readonly head: number };
  readonly launches: { readonly base: number; readonly head: number };
}
