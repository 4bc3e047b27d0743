import { Worker } from "node:worker_threads";
import type { Clock, Milliseconds } from "../model/index.ts";
import type { BoardMemory } from "./board.ts";
import type { LoadRequest } from "./load-request.ts";
import type { Share } from "./pass.ts";
import type { Done } from "./work.ts";

export type ToWorker = { readonly kind: "go"; readonly startedMs: Milliseconds } | { readonly kind: "cancel" };
export type FromWorker = { readonly kind: "ready"; readonly thread: number | undefined } | { readonly kind: "done"; readonly done: Done };

/** What a worker is born with. */
export interface WorkerStart {
  readonly request: LoadRequest;
  readonly share: Share;
  readonly board: BoardMemory;
  /** From this thread's clock to the one that all threads share. */
  readonly mainOffsetMs: Milliseconds;
}

interface Apart {
  readonly board: BoardMemory;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly started: (at: Milliseconds) => void;
  /** Told the threads before the start, so that they can be put where they disturb nobody. */
  readonly place: (threads: readonly (number | undefined)[]) => Promise<void>;
}

/** Runs a pass on several threads, each with sockets and an event loop of its own; all begin at one moment. Rejects when a thread dies. */
export async function workApart(request: LoadRequest, count: number, { board, signal, clock, started, place }: Apart): Promise<Done[]> {
  const mainOffsetMs = Number(process.hrtime.bigint()) / 1e6 - clock.now();
  const workers = Array.from({ length: count }, (_, index) => {
    const workerData: WorkerStart = { request, share: { index, count }, board, mainOffsetMs };
    return new Worker(entrance(), { workerData });
  });
  const tell = (message: ToWorker): void => workers.forEach((worker) => worker.postMessage(message));
  const cancel = (): void => tell({ kind: "cancel" });
  signal.addEventListener("abort", cancel);
  if (signal.aborted) cancel();
  try {
    const homes = workers.map(home);
    await place(await Promise.all(homes.map(({ ready }) => ready)));
    const startedMs = clock.now();
    started(startedMs);
    tell({ kind: "go", startedMs });
    return await Promise.all(homes.map(({ done }) => done));
  } finally {
    signal.removeEventListener("abort", cancel);
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

function home(worker: Worker): { readonly ready: Promise<number | undefined>; readonly done: Promise<Done> } {
  const ready = Promise.withResolvers<number | undefined>();
  const done = Promise.withResolvers<Done>();
  worker.on("message", (message: FromWorker) => (message.kind === "ready" ? ready.resolve(message.thread) : done.resolve(message.done)));
  const died = (error: unknown): void => {
    ready.reject(error);
    done.reject(error);
  };
  worker.on("error", died);
  worker.on("exit", (code) => died(new Error(`a load worker ended early with code ${code}`)));
  // Whoever waits for `ready` sees the same error; without this the other promise would count as unhandled.
  done.promise.catch(() => undefined);
  return { ready: ready.promise, done: done.promise };
}

/** The sources run as they are; in `dist/` every entrance is a file beside this bundle. */
function entrance(): URL {
  return new URL(import.meta.filename.endsWith(".ts") ? "./worker.ts" : "./load-worker.js", import.meta.url);
}
