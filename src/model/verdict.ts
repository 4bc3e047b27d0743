import type { CellId } from "./cell.ts";
import type { Change } from "./comparison.ts";
import type { FailureClass } from "./failure.ts";

/** From best to worst; a run is as bad as its worst cell. */
export const CELL_CLASSES = [
  "pass",
  "expected-failure",
  "pre-existing",
  "unexpected-pass",
  "inconclusive",
  "infra",
  "flaky",
  "broken",
  "regression",
  "config-error",
  "cancelled",
  "internal-error",
] as const;
export type CellClass = (typeof CELL_CLASSES)[number];

/** Documented exit codes of the command line and of the action. */
export const EXIT = { pass: 0, failed: 1, config: 2, infra: 3, inconclusive: 4, bug: 70, cancelled: 130 } as const;

export interface GateResult {
  /** The gate as the user wrote it. */
  readonly text: string;
  readonly status: "passed" | "failed" | "inconclusive" | "not-tested";
  /** Per cell and workload, worst first. */
  readonly rows: readonly GateRow[];
  /** Why nothing was tested, when nothing was. */
  readonly reason?: string;
}

export interface GateRow {
  readonly cell: CellId;
  readonly workload: string;
  readonly status: "passed" | "failed" | "inconclusive" | "not-tested";
  /** One sentence with the numbers. */
  readonly detail: string;
  readonly change?: Change;
  /** More launches could show a regression here. */
  readonly confirm?: boolean;
  /** Why this row decides nothing, in one clause; absent where it does. */
  readonly advisory?: string;
}

export interface CellVerdict {
  readonly cell: CellId;
  readonly class: CellClass;
  /** One sentence: why. */
  readonly reason: string;
  readonly failure?: FailureClass;
}

/** A cause named from the matrix: "fails iff …". */
export interface Attribution {
  readonly class: FailureClass;
  /** The smallest conjunction of axis values that separates failing from serving cells; empty when none does. */
  readonly when: Readonly<Record<string, string>>;
  readonly sentence: string;
  readonly failing: number;
  readonly serving: number;
}

/** What one value of a toggle does to a metric instead of another, over all workloads. */
export interface ToggleEffect {
  readonly axis: string;
  readonly from: string;
  readonly to: string;
  readonly metric: string;
  /** exp(mean log ratio) − 1 with its 95 % interval; absent where no pair of cells differs in this toggle alone. */
  readonly relative?: number;
  readonly low?: number;
  readonly high?: number;
  /** Pairs of cells it stands on. */
  readonly pairs: number;
  /** In words, where it is worth them. */
  readonly sentence?: string;
}

/** What two toggles do to a metric together beyond what each does alone, over all workloads. */
export interface ToggleInteraction {
  readonly of: readonly [Pick<ToggleEffect, "axis" | "from" | "to">, Pick<ToggleEffect, "axis" | "from" | "to">];
  readonly metric: string;
  /** Ratio of the two ratios, less 1; its interval holds for all pairs of toggles of the run at once with 95 %, and is absent with one square. */
  readonly relative: number;
  readonly low?: number;
  readonly high?: number;
  /** Squares of four cells it stands on. */
  readonly squares: number;
  /** In words, where it is worth them. */
  readonly sentence?: string;
}

export interface Verdict {
  readonly class: CellClass;
  readonly exitCode: number;
  /** Verdict in one line: `1 regression and 2 broken cells of 8`. */
  readonly title: string;
  /** The one thing to do. */
  readonly next: string;
  readonly cells: readonly CellVerdict[];
  /** Cells of the matrix that left no trace in the record; absent means none. */
  readonly missing?: readonly CellId[];
  readonly gates: readonly GateResult[];
  readonly attributions: readonly Attribution[];
  /** What each toggle does to the numbers; absent where the run has no toggles. */
  readonly effects?: readonly ToggleEffect[];
  /** What pairs of toggles do together; absent where no square of cells served. */
  readonly interactions?: readonly ToggleInteraction[];
  /** What this verdict does not cover, in sentences. */
  readonly untested: readonly string[];
  /** Alarms that do not block, such as a fallback. */
  readonly warnings: readonly string[];
}
