import type { Carrying, Proof, Translation } from "./axis.ts";

export const COUNT = { pattern: /^[1-9]\d*$/, example: "8192" };
export const FRACTION = { pattern: /^0?\.\d*[1-9]\d*$/, example: "0.85" };

/** A flag that takes the number as it is, the same in every version. */
export function number(flag: string, readings: Proof["readings"]): Translation {
  return { values: (value): Carrying => ({ args: [flag, value], proof: { readings } }), source: `the engine's own help for ${flag}` };
}

/** Settings of transformers' continuous batching, which say nothing while it is off. */
export function onlyInContinuousBatching(flag: string): readonly Translation[] {
  const source = "transformers 5.23 cli/serve.py";
  return [
    { given: { "continuous-batching": "off" }, values: {}, refusals: `${flag} only counts with continuous-batching=on`, source },
    { values: (value) => ({ args: [flag, value] }), source },
  ];
}
