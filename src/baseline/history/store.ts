import { constants } from "node:fs";
import { mkdir, open, readdir, readFile } from "node:fs/promises";
import { randomBytes } from "node:crypto";
import { join, resolve } from "node:path";
import type { Problem, RunRecord } from "../../model/index.ts";
import { LARGEST_RECORD_BYTES, saveText } from "../../record/index.ts";
import { entryText, parseEntry, slim } from "./entry.ts";
import { historyKey, keyDifferences, keyFolder, type HistoryKey, type KeyFacts } from "./key.ts";

/** Newest entries of a key that keep their answers and start-up phases. */
const WHOLE = 20;
const ANCHOR = "anchor.json";
const KEY = "key.json";

/**
 * Appends a finished run to the history in `dir`, under its key, as a file of its own, so that two writers at once lose nothing; then
 * compacts the entries past the newest 20. A run that is there already is not added again. Refused, with the reason, when the run did not
 * finish or measured nothing. Throws `StorageError`.
 */
export async function appendHistory(record: RunRecord, dir: string): Promise<{ saved: string; entries: number } | { refused: string }> {
  const refusal = unkeepable(record);
  if (refusal !== undefined) return { refused: refusal };
  const key = historyKey(record);
  const folder = join(resolve(dir), keyFolder(key));
  await mkdir(folder, { recursive: true });
  await saveText(join(folder, KEY), `${JSON.stringify(key, undefined, 2)}\n`);
  const stem = entryStem(record);
  const there = (await entries(folder)).find((name) => name.startsWith(`${stem}.`));
  if (there !== undefined) return { refused: `run ${record.run.id} is in the history already (${there})` };
  const path = join(folder, `${stem}.${randomBytes(4).toString("hex")}.json`);
  await saveText(path, entryText(slim(record, false)));
  await compact(folder);
  return { saved: path, entries: (await entries(folder)).length };
}

/** Freezes a record as the anchor of its key: every later run is also held against it. Replaces the anchor before it. */
export async function promote(record: RunRecord, dir: string): Promise<{ saved: string } | { refused: string }> {
  const refusal = unkeepable(record);
  if (refusal !== undefined) return { refused: refusal };
  const key = historyKey(record);
  const folder = join(resolve(dir), keyFolder(key));
  await saveText(join(folder, KEY), `${JSON.stringify(key, undefined, 2)}\n`);
  const path = join(folder, ANCHOR);
  await saveText(path, entryText(slim(record, true)));
  return { saved: path };
}

export type HistoryRead =
  | { readonly records: readonly RunRecord[]; readonly anchor?: RunRecord }
  | { readonly missing: string }
  | { readonly unfit: readonly string[] };

/**
 * All runs under the key of this one, oldest first. An entry that cannot be read makes the whole history unfit, and every such entry is
 * named: a comparison that silently leaves out runs is another comparison. A history that holds only other keys is unfit as well, with
 * what differs from the nearest.
 */
export async function readHistory(dir: string, facts: KeyFacts): Promise<HistoryRead> {
  const root = resolve(dir);
  const here = historyKey(facts);
  const folders = await readdir(root).catch((error: NodeJS.ErrnoException) => error);
  if (folders instanceof Error) {
    if (folders.code === "ENOENT") return { missing: `the history ${root} does not exist yet; "servegate record-baseline" begins one` };
    return { unfit: [`the history ${root} cannot be read (${folders.code ?? folders.message})`] };
  }
  const folder = join(root, keyFolder(here));
  const names = await entries(folder);
  if (names.length === 0) {
    const others = (await Promise.all(folders.map((name) => readKey(join(root, name))))).filter((key) => key !== undefined);
    const nearest = others.map((key) => keyDifferences(here, key)).sort((a, b) => a.length - b.length)[0];
    return nearest === undefined ? { missing: `the history ${root} is empty` } : { unfit: nearest };
  }
  const hasAnchor = (await readdir(folder)).includes(ANCHOR);
  const read = await Promise.all([...names, ...(hasAnchor ? [ANCHOR] : [])].map((name) => readEntry(join(folder, name))));
  const problems = read.flatMap((each) => (each.ok ? [] : each.problems));
  if (problems.length > 0) return { unfit: problems.map(inWords) };
  const records = read.flatMap((each) => (each.ok ? [each.value] : []));
  const anchor = hasAnchor ? records.at(-1) : undefined;
  return { records: hasAnchor ? records.slice(0, -1) : records, ...(anchor === undefined ? {} : { anchor }) };
}

/** Rewrites entries past the newest without answers and phases; two compactors write the same bytes. Unreadable entries are left alone. */
async function compact(folder: string): Promise<void> {
  for (const name of (await entries(folder)).slice(0, -WHOLE)) {
    const path = join(folder, name);
    const read = await readEntry(path);
    if (!read.ok) continue;
    const text = entryText(slim(read.value, true));
    if (text !== (await readFile(path, "utf8"))) await saveText(path, text);
  }
}

/** Names sort by time, oldest first. */
async function entries(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => /^\d{8}T\d{6}Z-.+\.[0-9a-f]{8}\.json$/.test(name)).sort();
}

function entryStem({ run }: RunRecord): string {
  const at = new Date(run.startedAt).toISOString().slice(0, 19).replaceAll(/[-:]/g, "");
  return `${at}Z-${run.id.replaceAll(/[^A-Za-z0-9_-]+/g, "_").slice(0, 80)}`;
}

async function readEntry(path: string): Promise<ReturnType<typeof parseEntry>> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  try {
    const facts = await handle.stat();
    if (!facts.isFile() || facts.size > LARGEST_RECORD_BYTES)
      return { ok: false, problems: [{ path, message: "not an entry of a history" }] };
    return parseEntry(await handle.readFile("utf8"), path);
  } finally {
    await handle.close();
  }
}

async function readKey(folder: string): Promise<HistoryKey | undefined> {
  try {
    return JSON.parse(await readFile(join(folder, KEY), "utf8")) as HistoryKey;
  } catch {
    return undefined;
  }
}

/** Why a run must not stand in a history; later runs would be compared with a hole. */
export function unkeepable(record: RunRecord): string | undefined {
  if (record.state !== "finished") return `the run is ${record.state}, and a baseline must be of a finished run`;
  const measured = record.cells.some((cell) => cell.launches.some((launch) => launch.outcome.state === "measured"));
  return measured ? undefined : "no cell was measured, so there is nothing to compare with";
}

function inWords({ path, message }: Problem): string {
  return `${path}: ${message}`;
}
