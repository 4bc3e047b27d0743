import { execa } from "execa";

export interface AskOptions {
  readonly timeoutMs: number;
  /** The whole environment of the command; the caller's own when absent. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  readonly signal?: AbortSignal;
  /** Characters kept of each stream; a command that prints more is killed and counts as failed. Default 1 MiB. */
  readonly maxBytes?: number;
}

/** What a short command answered, in one shape for every way it can go wrong. */
export interface Asked {
  /** Ran to its end and exited with 0. */
  readonly ok: boolean;
  readonly exitCode?: number;
  readonly signal?: string;
  readonly timedOut: boolean;
  /** The program was not found or may not be executed. */
  readonly missing: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** After the time limit a command has this long to die before we answer without it. */
const SETTLE_MS = 1000;

/** Runs a short command and answers what it said. Never throws for the program's sake, and always answers within the time limit. */
export async function ask(argv: readonly string[], options: AskOptions): Promise<Asked> {
  const [program, ...rest] = argv;
  if (program === undefined || program === "") return failed("no program was named", true);
  let child;
  try {
    child = execa(program, rest, {
      reject: false,
      stdin: "ignore",
      timeout: options.timeoutMs,
      killSignal: "SIGKILL",
      killDescendants: true,
      maxBuffer: options.maxBytes ?? 1024 * 1024,
      ...(options.env === undefined ? {} : { env: options.env, extendEnv: false }),
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
    });
  } catch (error) {
    return failed(String(error), false);
  }
  const over = new AbortController();
  const result = await Promise.race([child, givenUp(options, over.signal)]);
  over.abort();
  if (result === undefined) return { ...failed("", false), timedOut: options.signal?.aborted !== true };
  const missing = result.code === "ENOENT" || result.code === "EACCES";
  return {
    ok: !result.failed,
    ...(result.exitCode === undefined ? {} : { exitCode: result.exitCode }),
    ...(result.signal === undefined ? {} : { signal: result.signal }),
    timedOut: result.timedOut,
    missing,
    stdout: result.stdout,
    stderr: result.exitCode === undefined && result.signal === undefined ? `${result.stderr}${result.shortMessage ?? ""}` : result.stderr,
  };
}

/**
 * Resolves when waiting longer is pointless: a process in uninterruptible sleep ignores SIGKILL (nvidia-smi on a lost GPU does
 * that), and a grandchild can hold the output open for ever.
 */
function givenUp(options: AskOptions, over: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    const later = (ms: number): void => {
      setTimeout(() => resolve(undefined), ms).unref();
    };
    setTimeout(() => later(SETTLE_MS), options.timeoutMs).unref();
    options.signal?.addEventListener("abort", () => later(SETTLE_MS), { once: true, signal: over });
  });
}

function failed(stderr: string, missing: boolean): Asked {
  return { ok: false, timedOut: false, missing, stdout: "", stderr };
}
