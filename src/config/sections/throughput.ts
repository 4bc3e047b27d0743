import type { Slo, ThroughputConfig } from "../../model/index.ts";
import { milliseconds } from "../leaves.ts";
import type { Path } from "../place.ts";
import type { Reader } from "../reader.ts";
import { throughput } from "../shape/index.ts";

/** The loads to measure. What decides when requests leave is given once: `concurrency`, `rate` or `replay`. */
export function readThroughput(reader: Reader): readonly ThroughputConfig[] {
  return reader.items(["throughput"]).flatMap((path) => {
    const found = reader.take(throughput, path);
    if (found === undefined) return [];
    const concurrency = [found.concurrency ?? []].flat();
    const rate = [found.rate ?? []].flat();
    const replay = found.replay === true;
    oneLaw(reader, path, [concurrency.length > 0, rate.length > 0, replay]);
    levelsOnce(reader, [...path, "concurrency"], concurrency);
    levelsOnce(reader, [...path, "rate"], rate);
    const needs = (key: string, other: string, present: boolean): void => {
      if (!present)
        reader.object([...path, key], `${key} means nothing without ${other}`, `Add \`${other}\`, or remove \`${key}\`.`, "key");
    };
    if (found.burstiness !== undefined) needs("burstiness", "rate", rate.length > 0);
    if (replay) needs("replay", "workload", found.workload !== undefined);
    if (found.sha256 !== undefined) needs("sha256", "workload", found.workload !== undefined);
    if (found.prefix !== undefined && found.prefix.tokens >= found.input)
      reader.object(
        [...path, "prefix", "tokens"],
        `a beginning of ${found.prefix.tokens} tokens leaves nothing of its own to a prompt of ${found.input}`,
        "Share less, or make `input` longer.",
      );
    const most = Math.max(...concurrency);
    if (found.requests !== undefined && found.requests < most)
      reader.object(
        [...path, "requests"],
        `${found.requests} requests can never be ${most} at once`,
        `Write \`requests: ${4 * most}\`, or leave it out.`,
      );
    const { prefix, slo, workload } = found;
    return {
      input: found.input,
      output: found.output,
      concurrency,
      requests: found.requests,
      ...(rate.length === 0 ? {} : { rate }),
      ...(found.burstiness === undefined ? {} : { burstiness: found.burstiness }),
      ...(found.spread === undefined ? {} : { spread: found.spread }),
      ...(prefix === undefined ? {} : { prefix: { tokens: prefix.tokens, groups: prefix.groups ?? 1 } }),
      ...(workload === undefined
        ? {}
        : { workload: { path: workload, replay, ...(found.sha256 === undefined ? {} : { sha256: found.sha256 }) } }),
      ...(slo === undefined ? {} : { slo: bounds(slo) }),
    };
  });
}

function oneLaw(reader: Reader, path: Path, given: readonly boolean[]): void {
  const count = given.filter((each) => each).length;
  if (count === 0)
    reader.object(
      path,
      "nothing says when requests leave: concurrency is missing",
      "Add `concurrency: [1, 16, 64]`, or `rate: [2, 8]`, or `replay: true` with a workload.",
    );
  if (count > 1) reader.object(path, "concurrency, rate and replay exclude each other", "Keep one; write a second item for another.");
}

function levelsOnce(reader: Reader, path: Path, levels: readonly number[]): void {
  for (const [i, level] of levels.entries())
    if (levels.indexOf(level) !== i)
      reader.object(
        [...path, i],
        `${String(path.at(-1))} ${level} is listed twice`,
        "Keep one; to repeat a measurement, raise `launches`.",
      );
}

function bounds(slo: { readonly ttft?: string | undefined; readonly tpot?: string | undefined; readonly e2el?: string | undefined }): Slo {
  return {
    ...(slo.ttft === undefined ? {} : { ttftMs: milliseconds(slo.ttft) }),
    ...(slo.tpot === undefined ? {} : { tpotMs: milliseconds(slo.tpot) }),
    ...(slo.e2el === undefined ? {} : { e2elMs: milliseconds(slo.e2el) }),
  };
}
