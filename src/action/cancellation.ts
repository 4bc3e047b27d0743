import { watchParent } from "../shell/index.ts";

/**
 * A signal that is aborted when the runner cancels the step. The runner sends SIGINT, 7.5 s later SIGTERM and 2.5 s after that
 * SIGKILL; the run must have stopped its server and written what it has well before.
 */
export function cancellation(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => controller.abort(new Error(`cancelled by ${signal}`)));
  }
  // A killed worker sends no signal.
  watchParent(() => controller.abort(new Error("the runner's worker is gone")));
  return controller.signal;
}
