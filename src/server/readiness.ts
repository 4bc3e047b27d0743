import type { Clock, Milliseconds } from "../model/index.ts";
import type { Look } from "./probe.ts";

/** Why the wait for readiness ended without anybody dying. */
export type Readiness =
  | Exclude<Look, { state: "not-yet" }>
  /** It listens and turns a plain completion down, again and again. */
  | { readonly state: "unfit"; readonly message: string }
  | { readonly state: "hang"; readonly silentForMs: Milliseconds; readonly limitMs: Milliseconds };

export interface Patience {
  readonly clock: Clock;
  /** Ends the wait; the promise then rejects with the signal's reason. */
  readonly signal: AbortSignal;
  readonly readyTimeoutMs: Milliseconds;
  readonly stallTimeoutMs: Milliseconds;
  /** When something last moved, on the clock. */
  readonly lastProgressMs: () => Milliseconds;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 500;
/** A request the server does not understand will not be understood later; a 5xx may pass while it still loads. */
const REFUSALS = { client: { times: 3, forMs: 2000 }, server: { times: 10, forMs: 20_000 } };

/** Looks again and again until the server is ready, or is seen never to become so, or time is up. */
export async function untilReady(look: () => Promise<Look>, patience: Patience): Promise<Readiness> {
  const looking = new AbortController();
  const bounded = { ...patience, signal: AbortSignal.any([patience.signal, looking.signal]) };
  try {
    return await Promise.race([lookUntilReady(look, bounded), limits(bounded)]);
  } finally {
    looking.abort();
  }
}

async function lookUntilReady(look: () => Promise<Look>, { clock, signal }: Patience): Promise<Readiness> {
  let pause = FIRST_PAUSE_MS;
  let refused = { times: 0, sinceMs: 0 };
  for (;;) {
    signal.throwIfAborted();
    const seen = await look();
    if (seen.state !== "not-yet") return seen;
    const { refusal } = seen;
    // 429 and 503 say "later".
    if (refusal === undefined || refusal.status === 429 || refusal.status === 503) refused = { times: 0, sinceMs: 0 };
    else {
      refused = { times: refused.times + 1, sinceMs: refused.times === 0 ? clock.now() : refused.sinceMs };
      const { times, forMs } = refusal.status >= 400 && refusal.status < 500 ? REFUSALS.client : REFUSALS.server;
      if (refused.times >= times && clock.now() - refused.sinceMs >= forMs) {
        return {
          state: "unfit",
          message: `a completion of one token was answered ${refused.times} times with ${refusal.status}: ${refusal.text}`,
        };
      }
    }
    await clock.sleep(pause, signal);
    pause = Math.min(pause * 1.3, LONGEST_PAUSE_MS);
  }
}

/** Ends when start-up takes longer than allowed, or nothing has moved for longer than allowed. */
async function limits({ clock, signal, readyTimeoutMs, stallTimeoutMs, lastProgressMs }: Patience): Promise<Readiness> {
  const begunMs = clock.now();
  for (;;) {
    const now = clock.now();
    const silentForMs = now - lastProgressMs();
    if (now - begunMs >= readyTimeoutMs) return { state: "hang", silentForMs, limitMs: readyTimeoutMs };
    if (silentForMs >= stallTimeoutMs) return { state: "hang", silentForMs, limitMs: stallTimeoutMs };
    const next = Math.min(begunMs + readyTimeoutMs, lastProgressMs() + stallTimeoutMs) - now;
    await clock.sleep(Math.max(1, Math.min(next, 1000)), signal);
  }
}
