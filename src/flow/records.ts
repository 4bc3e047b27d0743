import type { Parsed, RunRecord } from "../model/index.ts";
import { merge, readRecord } from "../record/index.ts";

/** Reads every named record and joins them into one, or tells every Problem of all of them. */
export async function readAll(paths: readonly string[]): Promise<Parsed<RunRecord>> {
  const read = await Promise.all(paths.map((path) => readRecord(path)));
  const problems = read.flatMap((one) => (one.ok ? [] : one.problems));
  if (problems.length > 0) return { ok: false, problems };
  const [first, ...rest] = read.flatMap((one) => (one.ok ? [one.value] : []));
  if (first === undefined) return { ok: false, problems: [{ path: "record", message: "no record was named" }] };
  let merged: Parsed<RunRecord> = { ok: true, value: first };
  for (const next of rest) {
    if (!merged.ok) return merged;
    merged = merge(merged.value, next);
  }
  return merged.ok && rest.length > 0 ? { ok: true, value: whole(merged.value) } : merged;
}

/** When the shards are joined no job is left to run the rest: a cell that none of them ran must be seen as missing. */
function whole(record: RunRecord): RunRecord {
  return { ...record, skipped: record.skipped.filter((skipped) => skipped.kind !== "other-job") };
}
