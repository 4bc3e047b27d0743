import type { CellClass, CellId, Comparison, FailureClass, GateResult, Verdict } from "../model/index.ts";
import type { AccuracyTable, ChangeTable, ThroughputTable } from "./shape-numbers.ts";

export type * from "./shape-numbers.ts";

export const VIEW_SCHEMA = "servegate/view@1";

/** How a word is coloured; the word itself always stands beside it. */
export type Tone = "good" | "bad" | "warn" | "muted";

/**
 * Everything a report says, in words and with numbers already formatted; raw numbers stand beside their text only where a chart
 * needs them, and are always finite. A format arranges, it never phrases. All strings are free of control characters and capped in length.
 */
export interface View {
  readonly schema: typeof VIEW_SCHEMA;
  /** Set when nothing here was measured on a real engine; every format shows it first. */
  readonly banner?: string;
  readonly verdict: VerdictView;
  /** How many cells ended in each class, worst first. */
  readonly counts: readonly { readonly class: CellClass; readonly word: string; readonly tone: Tone; readonly count: number }[];
  /** Engine, machine, run and baseline, in the order to print. */
  readonly facts: readonly Fact[];
  /** How a short cell label is to be read; absent when labels are whole ids. */
  readonly labels?: string;
  readonly cells: readonly CellView[];
  readonly grid: Grid;
  /** Good news that a table would hide: cells that failed in the baseline and serve now, in sentences. */
  readonly recovered: readonly string[];
  /** One card per failure class, the one with most cells first. */
  readonly failures: readonly FailureCard[];
  readonly changes: ChangeTable;
  readonly accuracy: AccuracyTable;
  readonly throughput: ThroughputTable;
  readonly settings: readonly SettingRow[];
  readonly timelines: readonly Timeline[];
  readonly gates: readonly GateView[];
  readonly checks: readonly CheckView[];
  readonly checklists: readonly Checklist[];
  readonly ledger: readonly { readonly when: string; readonly class: FailureClass; readonly issue: string; readonly expires: string }[];
  readonly skipped: readonly { readonly cell: string; readonly kind: string; readonly reason: string }[];
  /** What this report does not cover, in sentences. */
  readonly untested: readonly string[];
  readonly warnings: readonly string[];
  /** The comment with which somebody who may write accepts what the change lost, its reason left open; absent where nothing of it blocks or there is no pull request. */
  readonly accept?: string;
  /** The values the words were made from, for programs. */
  readonly raw: { readonly verdict: Verdict; readonly comparison: Comparison };
}

export interface VerdictView {
  readonly class: CellClass;
  readonly word: string;
  readonly tone: Tone;
  readonly symbol: string;
  readonly title: string;
  readonly next: string;
  /** Who is to blame, in three words: "your change", "the machine", "noise". */
  readonly blame: string;
  readonly exitCode: number;
}

export interface Fact {
  readonly label: string;
  readonly value: string;
}

/** A cell in tables and charts: `label` where space is short, `id` where it must be exact. */
export interface CellName {
  readonly id: CellId;
  readonly label: string;
}

export interface CellView extends CellName {
  readonly class: CellClass;
  readonly word: string;
  readonly tone: Tone;
  readonly symbol: string;
  readonly reason: string;
  /** The reason and what is worth knowing beside it, as sentences. */
  readonly why: string;
  /** How it stood in the baseline. */
  readonly before: string;
  readonly failure?: FailureClass;
}

/** The matrix laid out in two dimensions: leading axes down, trailing axes across. */
export interface Grid {
  readonly rowAxes: readonly string[];
  readonly columnAxes: readonly string[];
  /** One list of values per column, aligned with `columnAxes`. */
  readonly columns: readonly (readonly string[])[];
  readonly rows: readonly { readonly values: readonly string[]; readonly tiles: readonly Tile[] }[];
  /** Cells that do not fit the axes, such as included ones with values of their own. */
  readonly others: readonly (Tile & { readonly label: string })[];
}

export interface Tile {
  readonly cell?: CellId;
  readonly word: string;
  readonly tone: Tone;
  readonly symbol: string;
  /** Failure class, reason for skipping, or nothing. */
  readonly detail: string;
}

export interface FailureCard {
  readonly class: FailureClass;
  readonly title: string;
  readonly rootCause: string;
  readonly confidence: string;
  readonly tone: Tone;
  /** Which axis values explain it, one sentence each. */
  readonly attributions: readonly string[];
  readonly cells: readonly (CellName & {
    readonly launch: number;
    /** What the process did, in a sentence. */
    readonly happened: string;
    readonly phase?: string;
    readonly worker?: string;
    readonly before: string;
    readonly word: string;
    readonly log: string;
  })[];
  readonly evidence: readonly string[];
  readonly remedies: readonly { readonly text: string; readonly how: string }[];
  readonly sources: readonly string[];
  /** Set when the failure is the runner's. */
  readonly infra?: string;
  /** Shell command that starts the first of the cells by hand. */
  readonly reproduce: string;
  readonly logTail: readonly string[];
}

export interface SettingRow {
  readonly cell: CellName;
  readonly axis: string;
  readonly requested: string;
  readonly resolved: string;
  readonly effect: "as requested" | "fallback" | "inert" | "unverifiable";
  readonly tone: Tone;
  readonly symbol: string;
  readonly evidence: string;
  /** Why it is something else, where a known rule of the engine explains it. */
  readonly because?: string;
}

export interface Timeline {
  readonly cell: CellName;
  readonly launch: number;
  readonly launches: number;
  /** Start-up only; serving would dwarf it. */
  readonly spans: readonly { readonly phase: string; readonly fromMs: number; readonly toMs: number; readonly text: string }[];
  readonly endMs: number;
  /** `ready after 61.0 s`, `failed in graphs after 48.0 s`. */
  readonly end: string;
  readonly tone: Tone;
  readonly word: string;
  readonly stop: string;
}

export interface GateView {
  readonly text: string;
  readonly status: GateResult["status"];
  readonly word: string;
  readonly tone: Tone;
  readonly symbol: string;
  /** The deciding row's sentence, or why nothing was tested. */
  readonly worst: string;
  readonly rows: readonly {
    readonly cell: CellName;
    readonly workload: string;
    readonly status: GateResult["status"];
    readonly word: string;
    readonly tone: Tone;
    readonly detail: string;
  }[];
}

export interface CheckView {
  readonly cell: CellName;
  readonly launch: number;
  readonly check: string;
  readonly workload: string;
  readonly status: "passed" | "failed" | "skipped" | "error";
  readonly tone: Tone;
  readonly symbol: string;
  readonly message: string;
  readonly rows: readonly {
    readonly id: string;
    readonly title: string;
    readonly status: "passed" | "failed" | "skipped";
    readonly detail: string;
  }[];
  readonly seconds: number;
  readonly work: string;
}

/** The six signs of a healthy start, per launch. */
export interface Checklist {
  readonly cell: CellName;
  readonly launch: number;
  readonly passed: number;
  readonly points: readonly {
    readonly title: string;
    /** `not seen` is neither: nothing in the record shows it. */
    readonly status: "passed" | "failed" | "not seen";
    readonly tone: Tone;
    readonly symbol: string;
    readonly detail: string;
  }[];
}
