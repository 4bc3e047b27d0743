// Entrance of a worker thread of the load generator; started by `work-apart.ts` alone.
import { once } from "node:events";
import { parentPort, workerData, type MessagePort } from "node:worker_threads";
import { systemClock } from "./clock.ts";
import { threadId } from "./thread.ts";
import type { FromWorker, ToWorker, WorkerStart } from "./work-apart.ts";
import { work } from "./work.ts";

const port = parentPort as MessagePort;
const { request, share, board, mainOffsetMs } = workerData as WorkerStart;
const controller = new AbortController();
port.on("message", (message: ToWorker) => {
  if (message.kind === "cancel") controller.abort();
});

// Every thread's `performance.now()` has an origin of its own; the process-wide clock joins them.
const shiftMs = Number(process.hrtime.bigint()) / 1e6 - performance.now() - mainOffsetMs;
const clock = { ...systemClock, now: () => performance.now() + shiftMs };

const say = (message: FromWorker): void => port.postMessage(message);
const done = await work({
  request,
  share,
  board,
  signal: controller.signal,
  clock,
  start: async () => {
    say({ kind: "ready", thread: threadId() });
    for (;;) {
      const [message] = (await once(port, "message")) as [ToWorker];
      if (message.kind === "go") return message.startedMs;
      // A pass that is cancelled before it began starts now and ends at once.
      if (message.kind === "cancel") return clock.now();
    }
  },
});
say({ kind: "done", done });
port.close();
