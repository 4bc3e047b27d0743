import type { AxisId, EngineId, ProofOfEffect } from "../model/index.ts";

/** How one engine, in one range of versions, carries out one value. */
export interface Carrying {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** How to tell that it took effect; absent means the engine offers no proof and the setting stays `unverifiable`. */
  readonly proof?: Pick<ProofOfEffect, "readings" | "silenceProves">;
  /** Said in the plan: a coupling, an implied default. */
  readonly note?: string;
}

/** One row of knowledge: in these versions, these values are written so. */
export interface Translation {
  /** PEP 440 specifier, for example `>=0.5.14,<0.5.20`; absent means every version. */
  readonly versions?: string;
  /**
   * Fixed values by name, or a function for open-ended values such as token counts. A value that is missing is unsupported
   * in these versions; `refusals` says why where there is more to say.
   */
  readonly values: Readonly<Record<string, Carrying>> | ((value: string) => Carrying | undefined);
  readonly refusals?: Readonly<Record<string, string>>;
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
  readonly engines: Partial<Readonly<Record<Exclude<EngineId, "rehearsal">, readonly Translation[]>>>;
}
