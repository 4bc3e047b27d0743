import type { AxisId } from "./cell.ts";
import type { FailureClass } from "./failure.ts";

/** A metric's tag as `vllm bench serve` writes it where it has one: `output_throughput`, `ttft_p50`, `accuracy`. */
export type MetricTag = string;

/** A quantity with its unit, as written in a gate: `3%`, `20 ms`, `1 point`. */
export interface Amount {
  readonly value: number;
  readonly unit: "%" | "ms" | "s" | "points" | "tokens/s" | "requests/s" | "";
}

/**
 * A condition on the measured numbers, parsed and type-checked before the run. `text` is what the user wrote and what the
 * verdict echoes.
 */
export type Gate = RelativeGate | LimitGate;

/** What every gate may carry besides its condition. */
export interface GateScope {
  /** Axis values a cell must have for the gate to judge it; every cell when absent. */
  readonly when?: Readonly<Record<AxisId, string>>;
  /** Workloads it judges, by what they are made of; every one when absent. */
  readonly workload?: Readonly<Partial<Record<"input" | "output" | "concurrency", number>>>;
  /** Told in every report, and never decides. */
  readonly informs?: true;
  /** Informs only until it expires. */
  readonly quarantine?: Quarantine;
}

/** Why a gate is set aside, who is at work on it, and its last day. */
export interface Quarantine {
  readonly owner: string;
  readonly issue: string;
  /** `YYYY-MM-DD`. */
  readonly expires: string;
}

/** `output_throughput drops no more than 3%`; with two amounts (`5% and 20 ms`) both must be exceeded to fail. */
export interface RelativeGate extends GateScope {
  readonly kind: "relative";
  readonly text: string;
  readonly metric: MetricTag;
  readonly worse: "drops" | "rises";
  readonly margins: readonly Amount[];
}

/** `ttft_p99 < 500 ms`: against a constant, needs no baseline. */
export interface LimitGate extends GateScope {
  readonly kind: "limit";
  readonly text: string;
  readonly metric: MetricTag;
  readonly operator: "<" | "<=" | ">" | ">=";
  readonly limit: Amount;
}

/** A known failure, accepted until it expires. Lives in the base branch's configuration. */
export interface ExpectedFailure {
  /** Axis values a cell must have; axes not named match anything. */
  readonly when: Readonly<Record<AxisId, string>>;
  readonly class: FailureClass;
  /** Engine versions it is known in, as PEP 440 writes ranges: `>=0.5.9,<0.6`; every version when absent. */
  readonly versions?: string;
  readonly issue: string;
  /** Last day on which the entry holds, `YYYY-MM-DD`. */
  readonly expires: string;
}
