import { closeSync, constants, fsyncSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Event, RunRecord } from "../model/index.ts";
import { StorageError, clear, saveText } from "./save.ts";
import { EVENTS_FILE, RECORD_FILE } from "./read.ts";

/** Where one run is written. Anything that cannot be written is a thrown `StorageError`; nothing is lost in silence. */
export interface RunFolder {
  readonly dir: string;
  /**
   * Writes one line of `events.jsonl` before it returns, `progress` excepted. The line outlives this process at once; it is also
   * forced to the disk where something was finished, so that a runner that loses power loses no measurement.
   */
  append(event: Event): void;
  /** Replaces `record.json` whole or not at all. Overlapping calls take their turn. */
  save(record: RunRecord): Promise<void>;
  close(): Promise<void>;
}

const LASTING: ReadonlySet<Event["kind"]> = new Set(["run-started", "check-finished", "launch-ended", "server-stopped", "run-finished"]);

/**
 * Opens `dir`, made where missing, for a new run. A record and events that an earlier run left there are removed first: a stale
 * `record.json` would otherwise be read as the outcome of a run that died before its first save. Links planted in place of either
 * file are refused.
 */
export async function openRunFolder(dir: string): Promise<RunFolder> {
  const root = resolve(dir);
  await mkdir(root, { recursive: true }).catch((error: unknown) => {
    throw new StorageError("make the folder", root, error);
  });
  await clear(root, [RECORD_FILE, EVENTS_FILE]);
  const log = eventLog(join(root, EVENTS_FILE));
  let saved: Promise<unknown> = Promise.resolve();
  return {
    dir: root,
    append: (event) => log.append(event),
    save(record) {
      const turn = saved.then(() => saveRecord(record, root));
      saved = turn.catch(() => undefined);
      return turn.then(() => undefined);
    },
    async close() {
      await saved;
      log.close();
    },
  };
}

/** Writes `dir/record.json` whole or not at all; the folder is made where missing. Throws `StorageError`. */
export async function saveRecord(record: RunRecord, dir: string): Promise<string> {
  const path = join(resolve(dir), RECORD_FILE);
  await saveText(path, `${JSON.stringify(record, undefined, 2)}\n`);
  return path;
}

/** The file is made with the first event, so that a folder that only receives a record holds no empty stream. */
function eventLog(path: string): { append(event: Event): void; close(): void } {
  let fd: number | undefined;
  let size = 0;
  return {
    append(event) {
      if (event.kind === "progress") return;
      const line = Buffer.from(`${JSON.stringify(event)}\n`);
      try {
        fd ??= openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_APPEND | constants.O_NOFOLLOW, 0o644);
        writeWhole(fd, line);
        size += line.length;
        if (LASTING.has(event.kind)) fsyncSync(fd);
      } catch (error) {
        undo(fd, size);
        throw new StorageError(`append "${event.kind}"`, path, error);
      }
    },
    close() {
      if (fd === undefined) return;
      closeSync(fd);
      fd = undefined;
    },
  };
}

// A full disk takes part of a line and says so only at the next write.
function writeWhole(fd: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
}

// Half a line in the middle of the stream would make the whole of it unreadable.
function undo(fd: number | undefined, size: number): void {
  if (fd === undefined) return;
  try {
    ftruncateSync(fd, size);
  } catch {
    // The first error is the one worth telling.
  }
}
