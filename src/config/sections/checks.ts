import { z } from "zod";
import type { NumericsConfig, SmokeConfig, ThroughputConfig } from "../../model/index.ts";
import { leaf } from "../leaves.ts";
import type { Path } from "../place.ts";
import type { Reader } from "../reader.ts";
import { numerics, smoke, throughput } from "../shape.ts";

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

export function readThroughput(reader: Reader): readonly ThroughputConfig[] {
  return reader.items(["throughput"]).flatMap((path) => {
    const found = reader.take(throughput, path);
    if (found === undefined) return [];
    const concurrency = [found.concurrency].flat();
    levelsOnce(reader, [...path, "concurrency"], concurrency);
    const most = Math.max(...concurrency);
    if (found.requests !== undefined && found.requests < most)
      reader.object(
        [...path, "requests"],
        `${found.requests} requests can never be ${most} at once`,
        `Write \`requests: ${4 * most}\`, or leave it out.`,
      );
    return { input: found.input, output: found.output, concurrency, requests: found.requests };
  });
}

function levelsOnce(reader: Reader, path: Path, levels: readonly number[]): void {
  for (const [i, level] of levels.entries())
    if (levels.indexOf(level) !== i)
      reader.object([...path, i], `concurrency ${level} is listed twice`, "Keep one; to repeat a measurement, raise `launches`.");
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
