import { z } from "zod";
import type { NumericsConfig, SmokeConfig } from "../../model/index.ts";
import { leaf } from "../leaves.ts";
import type { Reader } from "../reader.ts";
import { numerics, smoke } from "../shape/index.ts";

const SMOKE: SmokeConfig = { concurrent: 16 };
/** Engines capture 1, 2, 4, 8, 16…: on a size, between sizes, and just above one. */
const NUMERICS: NumericsConfig = { batchSizes: [1, 2, 8, 9], tokens: 64, longPrompt: 4096, limit: 0.01 };

/** On with its defaults unless `smoke: false`. */
export function readSmoke(reader: Reader): SmokeConfig | undefined {
  const found = reader.value(["smoke"]);
  if (found === undefined || found === true) return SMOKE;
  if (found === false) return undefined;
  const taken = reader.take(leaf(smoke, "a map, or false", "smoke: {}"), ["smoke"]);
  return { concurrent: taken?.concurrent ?? SMOKE.concurrent };
}

/** On where the key is there, `numerics: {}` with its defaults; off without it or with `false`. */
export function readNumerics(reader: Reader): NumericsConfig | undefined {
  const found = reader.value(["numerics"]);
  if (found === undefined || found === false) return undefined;
  const taken = found === true ? {} : reader.take(leaf(numerics, "a map, or false", "numerics: {}"), ["numerics"]);
  const sizes = taken?.["batch-sizes"] ?? NUMERICS.batchSizes;
  for (const [i, size] of sizes.entries())
    if (sizes.indexOf(size) !== i) reader.object(["numerics", "batch-sizes", i], `batch size ${size} is listed twice`, "Keep one of them.");
  return {
    batchSizes: sizes,
    tokens: taken?.tokens ?? NUMERICS.tokens,
    longPrompt: taken?.["long-prompt"] ?? NUMERICS.longPrompt,
    limit: taken?.limit ?? NUMERICS.limit,
  };
}

/** A run that checks nothing would pass whatever the server does. */
export function somethingIsChecked(reader: Reader): void {
  const off = reader.value(["smoke"]) === false;
  const empty = (key: string): boolean =>
    z
      .array(z.unknown())
      .max(0)
      .safeParse(reader.value([key]) ?? []).success;
  const numbers = reader.value(["numerics"]);
  if (off && empty("accuracy") && empty("throughput") && (numbers === undefined || numbers === false))
    reader.object(
      ["smoke"],
      "nothing is checked: smoke is off, and neither accuracy nor throughput is configured",
      "Remove `smoke: false`.",
    );
}
