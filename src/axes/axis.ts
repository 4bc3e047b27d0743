import type { AxisId, EngineId, ProofOfEffect } from "../model/index.ts";

/** Engines whose flags the shelf knows; a rehearsal is given those of the engine it stands in for. */
export type RealEngine = Exclude<EngineId, "rehearsal">;

/** Stands among a cell's other axes, with the value `yes`, where the rehearsal stands in for the engine. */
export const REHEARSED = "rehearsed";

/** How one engine, in one range of versions, carries out one value. */
export interface Carrying {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** How to tell that it took effect; absent means the engine offers no proof and the setting stays `unverifiable`. */
  readonly proof?: Proof;
  /** Said in the plan: a coupling, an implied default. */
  readonly note?: string;
  /** Known before the run: the engine accepts the value and does another, with the reason. */
  readonly becomes?: { readonly value: string; readonly because: string };
}

export type Proof = Pick<ProofOfEffect, "readings" | "silenceProves" | "silenceSaysNothing">;

/** One row of knowledge: in these versions, these values are written so. */
export interface Translation {
  /** PEP 440 specifier, for example `>=0.5.14,<0.5.20`; absent means every version. */
  readonly versions?: string;
  /**
   * Values that other axes of the cell must have for this row to count. Such a row only adds exceptions: what it does not name
   * is looked up in the rows below.
   */
  readonly given?: Readonly<Record<AxisId, string>>;
  /**
   * Fixed values by name, or a function for open-ended values such as token counts. A value that is missing is unsupported
   * in these versions; `refusals` says why where there is more to say, for single values or for all of them.
   */
  readonly values: Readonly<Record<string, Carrying>> | ((value: string) => Carrying | undefined);
  readonly refusals?: Readonly<Record<string, string>> | string;
  /** Where this is known from: issue, pull request, tag, documentation. */
  readonly source: string;
}

/** One toggle. An axis states an intent; translations turn it into flags, newest first. */
export interface Axis {
  readonly id: AxisId;
  readonly title: string;
  /** Allowed values, or what an open-ended value must look like. */
  readonly values: readonly string[] | { readonly pattern: RegExp; readonly example: string };
  /** The value of the reference cell: the safe way to run. */
  readonly reference: string;
  readonly engines: Partial<Readonly<Record<RealEngine, readonly Translation[]>>>;
  /** Further flags and variables that would undo the axis, beside those its translations set. Users may not set them too. */
  readonly owns?: Partial<Readonly<Record<RealEngine, readonly string[]>>>;
}
