import { watchParent } from "../shell/index.ts";

/** The runner sends SIGINT, 7.5 s later SIGTERM, 2.5 s after that SIGKILL. What is said to GitHub on the way out must fit beside stopping a server. */
export const HURRIED_MS = 2_000;

/**
 * A signal that is aborted when the runner cancels the step. The run must have stopped its server and written what it has well within
 * the 7.5 s; what does not fit is left to `post`, which has minutes.
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
