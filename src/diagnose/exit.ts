import type { FailureClass } from "../model/index.ts";

/** How a process ended, where that says anything about why. */
export interface ExitEvidence {
  readonly class: FailureClass;
  readonly title: string;
  readonly means: string;
  readonly advice: string;
}

const SIGNALS: Readonly<Record<number, string>> = {
  4: "SIGILL",
  6: "SIGABRT",
  7: "SIGBUS",
  8: "SIGFPE",
  9: "SIGKILL",
  11: "SIGSEGV",
  15: "SIGTERM",
  2: "SIGINT",
};

/** The signal behind an exit: given by name, as `-9`, or as the shell's `137`. */
export function signalOf(exitCode: number | undefined, signal: string | undefined): string | undefined {
  if (signal !== undefined && signal !== "") return signal.toUpperCase();
  if (exitCode === undefined) return undefined;
  return SIGNALS[exitCode < 0 ? -exitCode : exitCode - 128];
}

/** What an exit alone can tell; undefined for a plain exit code, which tells nothing, and for a clean end. */
export function exitEvidence(exitCode: number | undefined, signal: string | undefined): ExitEvidence | undefined {
  switch (signalOf(exitCode, signal)) {
    case "SIGKILL":
      return {
        class: "worker-died",
        title: "Killed with SIGKILL",
        means:
          "Something outside the server killed it; the host's or the container's memory limit is the usual reason, but no line proves it.",
        advice: "Look for an out-of-memory kill in the kernel log (`dmesg | grep -i oom`) and in the container's memory limit",
      };
    case "SIGSEGV":
      return {
        class: "worker-died",
        title: "Ended by a segmentation fault",
        means: "Native code in the server touched memory it does not own; Python could not report where.",
        advice: "Run once more with PYTHONFAULTHANDLER=1 to see the Python frames at the fault",
      };
    case "SIGBUS":
      return {
        class: "shm-too-small",
        title: "Ended by a bus error",
        means: "A mapped file could not be backed, which on these servers nearly always means that /dev/shm is full.",
        advice: "Give the container more shared memory (`--shm-size=16g` or `--ipc=host`)",
      };
    case "SIGABRT":
    case "SIGILL":
    case "SIGFPE":
      return {
        class: "worker-died",
        title: "Native code gave up",
        means: "A C++ library of the server aborted; its message, if any, stands just above.",
        advice: "Read the last lines before the abort, and run once more with PYTHONFAULTHANDLER=1",
      };
    case "SIGTERM":
    case "SIGINT":
      return {
        class: "worker-died",
        title: "Asked to stop from outside",
        means: "The server was told to stop while it was still wanted.",
        advice: "Look for whoever sent the signal: the runner, the container, a job's time limit",
      };
    case undefined:
    default:
      return undefined;
  }
}
