import type { MetricTag } from "./gate.ts";
import type { Timestamp } from "./units.ts";

/** What a baseline drawn from many runs of the base branch knows beyond the launches of its window. Only the base side carries it. */
export interface HistoryFacts {
  /** Runs that the history holds for this key, and when the first and the last of them began. */
  readonly runs: number;
  readonly from: Timestamp;
  readonly to: Timestamp;
  /** How much the same build differs from itself. */
  readonly noise: readonly NoiseRow[];
  /** Levels to hold a run against so that many small losses are seen as one large one. */
  readonly marks: readonly MarkRow[];
  /** Errors of the history that no signature knows, and how often they came. Absent means that none was recorded. */
  readonly unknowns?: readonly UnknownRow[];
  /** Runs in which each cell, by fingerprint, served. */
  readonly served?: Readonly<Record<string, number>>;
  /** What the history shows by itself, in sentences: where a number shifted. */
  readonly notes: readonly string[];
}

/** An error that no signature knows, over the runs of a history. */
export interface UnknownRow {
  /** `Diagnosis.fingerprint`. */
  readonly fingerprint: string;
  /** Runs in which it came, and when the first and the last of them began. */
  readonly runs: number;
  readonly from: Timestamp;
  readonly to: Timestamp;
}

/** Noise of one number of one cell, as standard deviations of its logarithm: 0.02 is about 2 %. */
export interface NoiseRow {
  /** Fingerprint of the cell. */
  readonly fingerprint: string;
  readonly metric: MetricTag;
  readonly workload: string;
  /** From run to run beyond what launches explain, and from launch to launch within a run, with their degrees of freedom. */
  readonly between: number;
  readonly betweenDf: number;
  readonly within: number;
  readonly withinDf: number;
  /** Runs and launches of the window that the base value stands on. */
  readonly window: { readonly runs: number; readonly launches: number };
}

/** One level of one number: the best of the last 30 days, or a baseline that was promoted and is frozen. */
export interface MarkRow {
  readonly fingerprint: string;
  readonly metric: MetricTag;
  readonly workload: string;
  readonly against: "best of 30 days" | "anchor";
  readonly value: number;
  /** Run and time it comes from. */
  readonly run: string;
  readonly at: Timestamp;
}
