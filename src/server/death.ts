import type { Clock, Failure } from "../model/index.ts";
import type { Exit, Serving } from "../shell/index.ts";
import type { LogWatch } from "./watch-log.ts";

/** A traceback ends within this time after its first fatal line, and the rest of the log is read; a doomed start-up costs no second. */
const LAST_WORDS_MS = 800;

/** Resolves with how the server died: by exit, or by a line that no server survives. Stays open while it lives. */
export async function death(serving: Serving, log: LogWatch, clock: Clock): Promise<Failure> {
  const first = await Promise.race([exitOf(serving), fatalOf(log)]);
  const over = new AbortController();
  const heard = await Promise.race([lastWords(serving), clock.sleep(LAST_WORDS_MS, over.signal)]);
  // A timer that nobody waits for would keep us running.
  over.abort();
  const exit = "exit" in first ? first.exit : heard;
  if (exit !== undefined) return { kind: "exited", ...exit, ...log.scene() };
  return { kind: "fatal-line", line: "line" in first ? first.line : "", ...log.scene() };
}

async function exitOf(serving: Serving): Promise<{ readonly exit: Exit }> {
  return { exit: await serving.exited };
}

async function fatalOf(log: LogWatch): Promise<{ readonly line: string }> {
  return { line: await log.fatal };
}

async function lastWords(serving: Serving): Promise<Exit> {
  const exit = await serving.exited;
  await serving.drained;
  return exit;
}
