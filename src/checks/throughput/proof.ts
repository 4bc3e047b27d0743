import type { LoadResult } from "../../load/index.ts";
import type { MetricValue } from "../../model/index.ts";
import { constantRun } from "../garbage.ts";

/** Answers may miss the length asked by this share, or by one token. */
const LENGTH_TOLERANCE = 0.01;

/**
 * Why the numbers of a pass must not be used, or `undefined` when the work was really done: every request completed, every answer
 * carried tokens, lengths as asked where the server can be told, no number zero or missing, and no text of one repeated character.
 */
export function workFlaw(result: LoadResult, metrics: readonly MetricValue[], exactLength: boolean): string | undefined {
  const { asked, completed, samples, stopped, texts } = result;
  if (stopped?.why === "server-gone") return `the server stopped answering ${(stopped.atMs / 1_000).toFixed(1)} s into the pass`;
  if (completed !== asked) return `${asked - completed} of ${asked} requests failed${firstError(result)}`;
  const silent = samples.requests.filter(({ firstMs, completionTokens = 0 }) => firstMs === undefined || completionTokens < 1);
  // Where the length cannot be fixed, a model may end an odd prompt at once; that is its right, but not every time.
  if (silent.length > (exactLength ? 0 : asked / 2)) return `${silent.length} of ${asked} answers carried no token`;
  const off = samples.requests.filter(
    ({ completionTokens = 0, askedTokens }) => Math.abs(completionTokens - askedTokens) > Math.max(1, askedTokens * LENGTH_TOLERANCE),
  );
  const [first] = off;
  if (exactLength && first !== undefined) {
    return `${off.length} of ${asked} answers are not as long as asked, such as ${first.completionTokens} of ${first.askedTokens} tokens`;
  }
  const throughput = metrics.find(({ metric }) => metric === "output_throughput_whole");
  if (throughput === undefined || !(throughput.value > 0)) return "no throughput could be computed";
  const runs = texts.map((text) => constantRun(text));
  // On random prompts a sound model may loop, but not every answer is one character.
  if (texts.length > 0 && runs.every((run) => run !== undefined)) return `the answers are garbage: ${runs[0]}`;
  return undefined;
}

function firstError({ errors, examples }: LoadResult): string {
  const classes = Object.entries(errors).map(([name, count]) => `${count} ${name}`);
  const [example] = Object.values(examples);
  return classes.length === 0 ? "" : ` (${classes.join(", ")}; the first: ${example})`;
}
