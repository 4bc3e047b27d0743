import { open, rename } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";

/** A log on disk that never grows beyond its cap. */
export interface LogFile {
  write(chunk: Buffer): void;
  /** Bytes accepted and not yet on disk. */
  pending(): number;
  /** Resolves when nothing is pending. */
  flushed(): Promise<void>;
  /** Writes what is pending and closes. */
  close(): Promise<void>;
}

/**
 * Opens `path` for the first half of `capBytes`. What comes after goes to `path.tail`, which is renamed to `path.tail.1` each
 * time it has a quarter, so that the beginning and the end of any log are kept. Rejects when the file cannot be made. `onLoss` is
 * called once when bytes could not be written: a full disk, a file system gone read-only. Writing is tried again all the same.
 */
export async function openLog(path: string, capBytes: number, onLoss: (why: string) => void): Promise<LogFile> {
  let file: FileHandle | undefined = await open(path, "w");
  let room = Math.floor(capBytes / 2);
  let inTail = false;
  let queue: Buffer[] = [];
  let pending = 0;
  let lost = false;
  let working: Promise<void> | undefined;

  const nextFile = async (): Promise<void> => {
    if (!inTail) await file?.appendFile(`\n[servegate] the log goes on in ${path}.tail; what is between was dropped\n`);
    await file?.close();
    file = undefined;
    if (inTail) await rename(`${path}.tail`, `${path}.tail.1`);
    file = await open(`${path}.tail`, "w");
    inTail = true;
    room = Math.max(1, Math.floor(capBytes / 4));
  };
  const store = async (bytes: Buffer): Promise<void> => {
    for (let rest = bytes; rest.length > 0;) {
      if (room === 0 || file === undefined) await nextFile();
      const piece = rest.subarray(0, room);
      // appendFile loops over short writes and rejects on a full disk; a plain write does neither.
      await file?.appendFile(piece);
      room -= piece.length;
      rest = rest.subarray(piece.length);
    }
  };
  const work = async (): Promise<void> => {
    while (queue.length > 0) {
      const batch = Buffer.concat(queue);
      queue = [];
      try {
        await store(batch);
      } catch (error) {
        if (!lost) onLoss(error instanceof Error ? error.message : String(error));
        lost = true;
      }
      pending -= batch.length;
    }
    working = undefined;
  };

  return {
    write(chunk) {
      queue.push(chunk);
      pending += chunk.length;
      working ??= work();
    },
    pending: () => pending,
    flushed: async () => working,
    async close() {
      await working;
      await file?.close().catch(() => undefined);
      file = undefined;
    },
  };
}
