import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Parsed, Problem, RunRecord } from "../model/index.ts";
import { parseEvents } from "./events.ts";
import { fold } from "./fold.ts";
import { LARGEST_RECORD_BYTES, parseRecord, tooLarge } from "./parse.ts";

export const RECORD_FILE = "record.json";
export const EVENTS_FILE = "events.jsonl";

/**
 * The record at `path`: a `record.json`, or the folder that holds one. When the file is missing, cannot be parsed, or still says
 * `running`, its writer died; what the `events.jsonl` beside it tells is then folded and called `interrupted`, unless the events
 * reach the end of the run. A record in another schema is refused and never replaced by events.
 *
 * Reading never writes: the next reader finds the folder as it was left.
 */
export async function readRecord(path: string): Promise<Parsed<RunRecord>> {
  const file = await recordFile(path);
  const read = await readText(file);
  const parsed = read.ok ? parseRecord(read.value, file) : read;
  if (parsed.ok && parsed.value.state !== "running") return parsed;
  if (!parsed.ok && read.ok && isRecordOfAnyVersion(read.value)) return parsed;
  // Events stand in for the record of their own folder, not for any file that happens to lie beside them.
  if (basename(file) !== RECORD_FILE) return parsed.ok ? { ok: true, value: ended(parsed.value) } : parsed;
  return fromEvents(file, parsed);
}

async function recordFile(path: string): Promise<string> {
  return (await isFolder(path)) ? join(path, RECORD_FILE) : path;
}

async function isFolder(path: string): Promise<boolean> {
  const handle = await open(path, constants.O_RDONLY | constants.O_DIRECTORY).catch(() => undefined);
  await handle?.close();
  return handle !== undefined;
}

async function fromEvents(file: string, instead: Parsed<RunRecord>): Promise<Parsed<RunRecord>> {
  const path = join(dirname(file), EVENTS_FILE);
  const read = await readText(path);
  const events = read.ok ? parseEvents(read.value, path) : read;
  const folded = events.ok ? fold(events.value) : undefined;
  if (folded !== undefined && (!instead.ok || folded.run.id === instead.value.run.id)) return { ok: true, value: ended(folded) };
  // A record that was complete up to its last save is worth more than none, even where the events are lost.
  if (instead.ok) return { ok: true, value: ended(instead.value) };
  return read.ok && !events.ok ? { ok: false, problems: [...instead.problems, ...events.problems] } : instead;
}

function ended(record: RunRecord): RunRecord {
  return record.state === "running" ? { ...record, state: "interrupted" } : record;
}

function isRecordOfAnyVersion(text: string): boolean {
  try {
    const found: unknown = JSON.parse(text);
    return typeof found === "object" && found !== null && "schema" in found;
  } catch {
    return false;
  }
}

async function readText(path: string): Promise<Parsed<string>> {
  // Without O_NONBLOCK, opening a named pipe planted at the path would wait for ever.
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: NodeJS.ErrnoException) => error);
  if (handle instanceof Error) return { ok: false, problems: [unreadable(path, handle)] };
  try {
    const facts = await handle.stat();
    if (!facts.isFile()) return { ok: false, problems: [{ path, message: "not a file" }] };
    if (facts.size > LARGEST_RECORD_BYTES) return tooLarge(path);
    return { ok: true, value: await handle.readFile("utf8") };
  } catch (error) {
    return { ok: false, problems: [unreadable(path, error as NodeJS.ErrnoException)] };
  } finally {
    await handle.close();
  }
}

function unreadable(path: string, error: NodeJS.ErrnoException): Problem {
  if (error.code === "ENOENT" || error.code === "ENOTDIR")
    return { path, message: "no record here", hint: "Name a record.json, or the folder of a run." };
  return { path, message: `cannot be read (${error.code ?? error.message})` };
}
