import type { Cell, CellId } from "./cell.ts";
import type { ProofOfEffect } from "./effect.ts";
import type { Problem } from "./problem.ts";
import type { Milliseconds } from "./units.ts";

/**
 * How to start one server. `{port}`, `{name}` and `{model}` in `argv` and `env` values are filled in at launch: a free port, a
 * served-model name unique to the launch, and the model (or a link to it, for engines that serve under the model's own path). A
 * container's argv also has `{container}` and `{gpus}`.
 */
export interface Launch {
  readonly argv: readonly string[];
  /** Variables set on top of the allowed environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly model: string;
  /** The argv runs a container that is named `{container}` and labelled `servegate.server={container}`; its GPUs are `{gpus}`. */
  readonly container?: true;
  /** Nothing is started: this server runs already. */
  readonly url?: string;
}

/** A cell that will run. */
export interface PlannedCell {
  readonly cell: Cell;
  readonly launch: Launch;
  /** What must be seen in the log or in `/server_info` before the cell's values are believed. */
  readonly proofs: readonly ProofOfEffect[];
  /** Things worth knowing that do not stop it: a coupled flag, a deprecated form. */
  readonly notes: readonly string[];
}

/** A cell that will not run, and why. Never a failure. */
export interface SkippedCell {
  readonly cell: Cell;
  /** `other-job`: another shard of the same matrix runs it; joining the shards fills the gap or shows that one was lost. */
  readonly kind: "excluded" | "unsupported" | "identical" | "over-budget" | "other-job";
  readonly reason: string;
  /** The cell that stands for it, when `identical`. */
  readonly sameAs?: CellId;
}

/** Everything decided before the first process starts. */
export interface Plan {
  readonly engineVersion?: string;
  /** In running order: the cheapest cell that can fail comes first. */
  readonly cells: readonly PlannedCell[];
  readonly skipped: readonly SkippedCell[];
  /** A rough expectation for the whole run, for people. */
  readonly estimateMs: Milliseconds;
  /** GPUs that the run holds while it lasts. */
  readonly gpus?: number;
  /** Impossible wishes, such as a value no engine version accepts anywhere in the matrix. */
  readonly problems: readonly Problem[];
}
