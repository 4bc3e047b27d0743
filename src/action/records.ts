import { lstat, readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Parsed, Problem } from "../model/index.ts";

/** A run may have 256 jobs, and no job leaves more than one record. */
const MOST_RECORDS = 256;

/** All records together. One of 256 shards is about 100 kB; what is larger is a bomb or a mistake. */
const MOST_BYTES = 256 * 1024 * 1024;

const NAMES = ["record.json", "events.jsonl"];

/**
 * The records that the input names, found before any is read: a `record.json`, the folder of a run, or a folder of such folders, as
 * `actions/download-artifact` makes one. They come from artifacts, so links are refused wherever they point, and so is more than a run
 * can have made.
 */
export async function findRecords(paths: readonly string[], workspace: string): Promise<Parsed<readonly string[]>> {
  const problems: Problem[] = [];
  const found: string[] = [];
  let bytes = 0;
  const take = async (path: string): Promise<boolean> => {
    const entry = await lstat(path).catch(() => undefined);
    if (entry === undefined) return false;
    if (entry.isSymbolicLink()) problems.push({ path, message: "this is a link, and records are read from plain files only" });
    else bytes += entry.isFile() ? entry.size : 0;
    return true;
  };
  for (const given of paths) {
    const path = resolve(workspace, given);
    const entry = await lstat(path).catch(() => undefined);
    if (entry?.isDirectory() !== true) {
      if (!(await take(path))) problems.push(missing(given));
      found.push(path);
      continue;
    }
    const before = found.length;
    for (const folder of [path, ...(await subfolders(path))]) {
      const here = await Promise.all(NAMES.map((name) => take(join(folder, name))));
      if (here.includes(true)) found.push(folder);
      if (found.length > MOST_RECORDS) break;
    }
    if (found.length === before) problems.push(missing(given));
  }
  if (found.length > MOST_RECORDS) problems.push({ path: "input records", message: `more than ${MOST_RECORDS} records` });
  if (bytes > MOST_BYTES) problems.push({ path: "input records", message: `more than ${MOST_BYTES / 1024 / 1024} MiB of records` });
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: found };
}

async function subfolders(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(path, entry.name))
    .sort();
}

function missing(path: string): Problem {
  return {
    path: `input records`,
    message: `no record at ${path}`,
    hint: "The job that measures must upload its output folder even when it fails (`if: always()`), and this job must download it there.",
  };
}
