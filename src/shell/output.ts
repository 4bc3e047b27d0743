import type { Readable } from "node:stream";
import { lineCutter } from "./lines.ts";
import type { LogFile } from "./log-file.ts";
import { redactor } from "./redact.ts";

/** Bytes waiting for the disk at which reading pauses; the server then waits in its own write. */
const HIGH_WATER = 4 * 1024 * 1024;

export interface Output {
  /** Resolves when all output was read, or reading was given up, and the log is on disk. */
  readonly drained: Promise<void>;
  /** Stops reading: a process we could not kill may hold the pipe for ever. */
  giveUp(): void;
}

/**
 * Carries a server's output, in order of arrival, to its log and line by line to `onLine`; memory stays bounded. Lines are cut for
 * each stream by itself: engines draw progress bars on one stream without ending the line and log on the other.
 */
export function carry(streams: readonly Readable[], log: LogFile, onLine: (line: string) => void, secrets: readonly string[]): Output {
  const resumeLater = async (): Promise<void> => {
    await log.flushed();
    for (const stream of streams) stream.resume();
  };
  const read = (stream: Readable): Promise<void> => {
    const cleaner = redactor(secrets);
    const lines = lineCutter(onLine);
    const take = (bytes: Buffer): void => {
      if (bytes.length === 0) return;
      log.write(bytes);
      lines.push(bytes);
      if (log.pending() < HIGH_WATER) return;
      for (const each of streams) each.pause();
      void resumeLater();
    };
    return new Promise((resolve) => {
      stream.on("data", (chunk: Buffer) => take(cleaner.push(chunk)));
      // A pipe that breaks is closed as well.
      stream.on("error", () => undefined);
      stream.on("close", () => {
        take(cleaner.end());
        lines.end();
        resolve();
      });
    });
  };
  const finish = async (): Promise<void> => {
    await Promise.all(streams.map((stream) => read(stream)));
    await log.close();
  };
  return {
    drained: finish(),
    giveUp() {
      for (const stream of streams) stream.destroy();
    },
  };
}
