import type { CellId } from "./cell.ts";
import type { FailureClass } from "./failure.ts";
import type { MetricTag } from "./gate.ts";
import type { MarkRow } from "./history.ts";
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
  /** Runs of the history in which each cell of this run served; absent where the baseline is no history. */
  readonly runsServed?: Readonly<Record<CellId, number>>;
  /** Numbers the baseline has and this run should have too, and why each could not be compared. Absent means none. */
  readonly lost?: readonly LostRow[];
  /** Numbers held against older levels than the window of a history. Absent means none. */
  readonly drift?: readonly DriftRow[];
  /** Log-probabilities of fixed texts against another server's. Absent means that none were kept. */
  readonly divergences?: readonly CellDivergence[];
  /** Greedy answers against another server's. Absent means that none were kept. */
  readonly greedy?: readonly GreedyDivergence[];
  /** What else people should know about the joining, in sentences. */
  readonly notes?: readonly string[];
}

/** How far one cell's log-probabilities of fixed texts lie from a reference. */
export interface CellDivergence {
  readonly cell: CellId;
  /** `baseline`, or the id of the cell of this run that is nearest to all the others. */
  readonly against: string;
  /** k3 estimate, nats a token. */
  readonly kl: number;
  /** Largest difference of one token's log-probability, and what 99 % of the tokens stay within. */
  readonly worst: number;
  readonly p99: number;
  readonly tokens: number;
  readonly sequences: number;
  /** `uncertain`: more than sound engines show and less than broken ones. */
  readonly state: "same" | "uncertain" | "different";
}

/** How many of one cell's greedy answers are other ones than a reference's. */
export interface GreedyDivergence {
  readonly cell: CellId;
  /** As in `CellDivergence`. */
  readonly against: string;
  readonly prompts: number;
  readonly differing: number;
  /** Median number of words that answers that differ have in common from their start. */
  readonly partAfter?: number;
  /** Answers of either side that changed when the same server was asked again, of twice as many. */
  readonly unstable: number;
  /** One-sided, Fisher's exact test: more differ than either side differs from itself. */
  readonly p: number;
  /** `different`: more than either differs from itself, and half of the plain questions at least; `uncertain`: the former alone. */
  readonly state: "same" | "uncertain" | "different";
}

/** A number of a cell that both runs served, without a counterpart that may be compared. */
export interface LostRow {
  readonly cell: CellId;
  readonly metric: MetricTag;
  readonly workload: string;
  /** One clause: `not measured in this run`. */
  readonly reason: string;
}

/** A number of this run against an older level of the history. */
export interface DriftRow {
  readonly cell: CellId;
  readonly metric: MetricTag;
  readonly workload: string;
  readonly against: MarkRow["against"];
  readonly mark: number;
  readonly head: number;
  /** head/mark − 1. */
  readonly relative: number;
  readonly better: "higher" | "lower";
  readonly run: string;
  readonly at: string;
}

/** Precision of a change known on the log scale: its variance is `fixed + perLaunch / launches`, `launches` counting those of this run. */
export interface ChangeError {
  /** Standard error of ln(head/base). */
  readonly se: number;
  /** Degrees of freedom of its t distribution. */
  readonly df: number;
  readonly fixed: number;
  readonly perLaunch: number;
  /** Runs of the history that the noise was learned from; absent where these launches alone speak. */
  readonly runs?: number;
  /** Launches were interleaved with the base's and compared pair by pair. */
  readonly pairs?: number;
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
  /** One-sided p that answers were lost, McNemar's mid-p; of paired questions with one launch a side. */
  readonly lossP?: number;
  /** Absent where the change is not known on the log scale or nothing is known of launch-to-launch noise. */
  readonly error?: ChangeError;
  readonly n: { readonly base: number; readonly head: number };
  readonly launches: { readonly base: number; readonly head: number };
}
