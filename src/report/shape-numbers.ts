import type { Validity } from "../model/index.ts";
import type { CellName, Tone } from "./shape.ts";

/** What a changed number means for the verdict. */
export type ChangeWord = "regression" | "inconclusive" | "better" | "worse, not gated" | "within margin" | "not gated" | "not tested";

export interface ChangeRow {
  readonly cell: CellName;
  readonly metric: string;
  readonly title: string;
  readonly workload: string;
  /** `1,012 → 890 tokens/s`, after the word `invalid` when the head's number may not be believed. */
  readonly values: string;
  readonly change: string;
  /** `−13.4% to −10.6%`, or why there is none. */
  readonly interval: string;
  readonly certainty: string;
  readonly n: string;
  readonly word: ChangeWord;
  readonly tone: Tone;
  readonly symbol: string;
  /** True for rows that belong above the fold. */
  readonly notable: boolean;
  /** The gates' sentences on this row. */
  readonly details: readonly string[];
  /** For charts: in percent (or points), negative is smaller; `better` says which side is good. */
  readonly chart?: {
    readonly unit: "%" | "points";
    readonly value: number;
    readonly low?: number;
    readonly high?: number;
    readonly better: "higher" | "lower";
    /** The gate's margin on the bad side in the same unit; of several amounts the widest, as all must be exceeded. */
    readonly margin?: number;
  };
}

export interface ChangeTable {
  readonly rows: readonly ChangeRow[];
  /** What decides a row, in one sentence. */
  readonly rule: string;
  /** Where the intervals come from, said once for all rows; empty without rows. */
  readonly certainty: string;
  /** Against what, or why against nothing. */
  readonly baseline: string;
  /** New and missing cells, in sentences. */
  readonly notes: readonly string[];
}

/** A value with its baseline and interval; charts use the numbers, tables the texts. */
export interface Measured {
  readonly text: string;
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
  readonly base?: number;
  readonly baseText?: string;
  readonly n: string;
}

export interface AccuracyTable {
  readonly rows: readonly {
    readonly cell: CellName;
    readonly launch: string;
    readonly check: string;
    readonly workload: string;
    readonly metric: string;
    readonly title: string;
    readonly measured: Measured;
    readonly interval: string;
    /** Right, wrong and errors, when questions were asked. */
    readonly answers: string;
    readonly change: string;
    readonly tone: Tone;
    readonly word: string;
  }[];
}

export interface ThroughputTable {
  /** Metrics that appear anywhere, in reading order. */
  readonly columns: readonly { readonly metric: string; readonly title: string; readonly unit: string }[];
  readonly rows: readonly {
    readonly cell: CellName;
    readonly launch: string;
    readonly workload: string;
    readonly validity: Validity["state"] | "unknown";
    readonly reasons: readonly string[];
    /** Aligned with `columns`; absent where nothing was measured. */
    readonly values: readonly (Measured | undefined)[];
    readonly tone: Tone;
  }[];
  readonly curves: readonly Curve[];
}

/** One metric of one cell over its load levels, this run and the baseline. */
export interface Curve {
  readonly cell: CellName;
  readonly workload: string;
  readonly metric: string;
  readonly title: string;
  readonly unit: string;
  readonly valid: boolean;
  readonly tone: Tone;
  readonly points: readonly { readonly x: string; readonly measured: Measured }[];
}
