import type { MessagePort } from "node:worker_threads";
import { Batcher, type Wish } from "./batcher.ts";
import type { ThreadStart } from "./inference.ts";
import { Llama } from "./llama.ts";
import { loadWeights } from "./load.ts";

/** The life of the inferring thread: a step at a time while anything is wished for, hearing of new wishes between steps. */
export function inferOn(port: MessagePort, { folder, variant }: ThreadStart): void {
  const batcher = new Batcher(new Llama(loadWeights(folder), variant));
  let running = false;
  const step = (): void => {
    batcher.step();
    running = !batcher.idle;
    if (running) setImmediate(step);
  };
  port.on("message", ({ number, wish }: { readonly number: number; readonly wish: Wish }) => {
    batcher.submit(wish, (inferred) => port.postMessage({ number, inferred }));
    if (!running) setImmediate(step);
    running = true;
  });
}
