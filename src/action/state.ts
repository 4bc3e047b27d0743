import { getState, saveState } from "@actions/core";

/** What `main` leaves for `post`. Saved before the first server starts, because the runner keeps it even when `main` is killed. */
export interface State {
  readonly outDir: string;
  readonly ledgerDir: string;
  readonly checkRun: number | undefined;
}

const KEY = "servegate";
const DONE = "servegate-done";

/** True in the `post` step: `main` has saved a state. */
export function savedState(): State | undefined {
  const text = getState(KEY);
  return text === "" ? undefined : (JSON.parse(text) as State);
}

export function keepState(state: State): void {
  saveState(KEY, JSON.stringify(state));
}

/** `main` has published its verdict; `post` only sweeps. */
export function markDone(): void {
  saveState(DONE, "true");
}

export function isDone(): boolean {
  return getState(DONE) === "true";
}
