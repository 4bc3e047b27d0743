import { homedir } from "node:os";
import { join } from "node:path";
import { secretsOf, systemClock } from "../flow/index.ts";
import type { Clock } from "../model/index.ts";
import { watchParent } from "../shell/index.ts";

/** What a verb of the command line acts with. */
export interface World {
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly secrets: readonly string[];
  /** Outlives single runs: a later run sweeps what a dead one left. */
  readonly ledgerDir: string;
}

/**
 * The real world, with interrupts turned into an abort. The first signal ends the run in order; a second one ends the process at
 * once and leaves the sweeping to the guardian and to the next start.
 */
export function world(): World {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(130);
      controller.abort(new Error(`cancelled by ${signal}`));
    });
  }
  const { env } = process;
  // In a job nobody is left to wait for us; at a terminal a run may well be meant to outlive its shell.
  if ((env["CI"] ?? "") !== "") watchParent(() => controller.abort(new Error("the process that started this run is gone")));
  return {
    clock: systemClock,
    env,
    signal: controller.signal,
    secrets: secretsOf(env),
    ledgerDir: join(env["XDG_STATE_HOME"] ?? join(homedir(), ".local", "state"), "servegate", "ledger"),
  };
}
