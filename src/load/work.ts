import type { Clock, Milliseconds, RequestSample } from "../model/index.ts";
import { Board, type BoardMemory } from "./board.ts";
import { watchClient, type ClientFacts } from "./client-watch.ts";
import { target } from "./connection.ts";
import type { LoadRequest, Stopped } from "./load-request.ts";
import { Pass, preopened, type Share } from "./pass.ts";
import { Pool, type ConnectionCounts } from "./pool.ts";
import type { Tallied } from "./tally.ts";

/** What one worker brings home. */
export interface Done {
  readonly samples: readonly { readonly index: number; readonly sample: RequestSample }[];
  readonly endMs: Milliseconds;
  readonly tally: Tallied;
  readonly texts: readonly string[];
  readonly connections: ConnectionCounts;
  readonly client: ClientFacts;
  readonly stopped?: Stopped;
}

export interface Work {
  readonly request: LoadRequest;
  readonly share: Share;
  readonly board: BoardMemory;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Called when the connections are open; resolves with the clock time that is the start of the pass. */
  readonly start: () => Promise<Milliseconds>;
}

/** One worker's part of a pass: opens its connections, waits for the start, sends, and tells. Never rejects for what a server does. */
export async function work({ request, share, board: memory, signal, clock, start }: Work): Promise<Done> {
  const to = target(request.endpoint.url);
  const pool = new Pool(to, clock, signal);
  await pool.fill(preopened(request, share));
  const prepared = Pass.prepare(request, to, share);
  const pass = new Pass(request, { to, pool, clock, signal, share, prepared, board: new Board(memory, share.index) }, await start());
  const client = watchClient();
  const timer = setInterval(() => pass.expire(), Math.min(250, Math.max(10, request.endpoint.requestTimeoutMs / 4)));
  const cancel = (): void => pool.cancel();
  signal.addEventListener("abort", cancel);
  try {
    await pass.run();
  } finally {
    clearInterval(timer);
    signal.removeEventListener("abort", cancel);
    pool.close();
  }
  return {
    samples: pass.samples,
    endMs: pass.endMs,
    tally: pass.tally.result(),
    texts: pass.texts,
    connections: pool.counts,
    client: client(),
    ...(pass.stopped === undefined ? {} : { stopped: pass.stopped }),
  };
}
