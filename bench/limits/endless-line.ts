import { once } from "node:events";
import { Worker, isMainThread, parentPort } from "node:worker_threads";
import { createServer, type AddressInfo } from "node:net";
import { runLoad } from "../../src/load/index.ts";
import type { Measured } from "./limit.ts";
import { endpointAt } from "./truth.ts";

const LINE_MIB = 200;
const LIMIT_MIB = 64;

/** A line of 200 MB in a stream: the request fails in its class, and memory does not follow the line. */
export async function endlessLine(): Promise<Measured> {
  const server = new Worker(new URL(import.meta.url));
  const [port] = (await once(server, "message")) as [number];
  const mib = (): number => process.memoryUsage().rss / 2 ** 20;
  const beforeMiB = mib();
  let peakMiB = beforeMiB;
  const timer = setInterval(() => (peakMiB = Math.max(peakMiB, mib())), 1);
  const { errors } = await runLoad(
    {
      endpoint: endpointAt(`http://127.0.0.1:${port}`),
      prompts: { tokens: 32, pass: "line" },
      arrivals: { kind: "closed", concurrency: 1, requests: 1 },
      askedTokens: 10,
      seed: 1,
    },
    { signal: new AbortController().signal },
  );
  clearInterval(timer);
  await server.terminate();
  return {
    what: `a line of ${LINE_MIB} MiB in a stream`,
    seen: `${JSON.stringify(errors)}; memory grew by ${(peakMiB - beforeMiB).toFixed(0)} MiB`,
    limit: `class error-in-stream, growth < ${LIMIT_MIB} MiB`,
    holds: errors["error-in-stream"] === 1 && peakMiB - beforeMiB < LIMIT_MIB,
  };
}

/** In a thread of its own; it writes one block over and over, so it holds no line either. */
function serve(): void {
  const block = Buffer.alloc(64 * 1024, "x");
  const server = createServer((socket) => {
    let left = (LINE_MIB * 2 ** 20) / block.length;
    const go = (): void => {
      while (left > 0) {
        left -= 1;
        if (!socket.write(block)) return void socket.once("drain", go);
      }
      socket.end("\n\n");
    };
    socket.on("error", () => socket.destroy());
    socket.once("data", () => {
      socket.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\ndata: ");
      go();
    });
  });
  server.listen(0, "127.0.0.1", () => parentPort?.postMessage((server.address() as AddressInfo).port));
}

if (!isMainThread) serve();
