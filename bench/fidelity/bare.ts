// The limit: sockets that are read, a clock, and a scan for line ends; nothing else. `node bench/fidelity/bare.ts '<Load>'`
import { connect } from "node:net";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { MARK, type Load, type Seen } from "./load.ts";

const load = JSON.parse(process.argv[2] ?? "{}") as Load;
const { port, hostname: host } = new URL(load.url);
const now = (): number => Number(process.hrtime.bigint()) / 1e6;
const buffer = Buffer.allocUnsafe(64 * 1024);

interface Stream {
  readonly key: string;
  sendMs: number;
  readonly times: number[];
}

async function pass(name: string, streams: number, rampMs: number): Promise<{ seen: Stream[]; events: number; seconds: number }> {
  const seen: Stream[] = [];
  let events = 0;
  let open = streams;
  const { promise: finished, resolve: finish } = Promise.withResolvers<undefined>();
  const sockets = await Promise.all(
    Array.from({ length: streams }, async (_, i) => {
      const one: Stream = { key: `${name}-${i}`, sendMs: 0, times: [] };
      seen.push(one);
      const callback = (length: number): boolean => {
        const at = now();
        // Of what was read alone: the rest of the buffer holds older reads, and searching it costs more than the read itself.
        const read = buffer.subarray(0, length);
        for (let from = read.indexOf("\n\n"); from >= 0; from = read.indexOf("\n\n", from + 2)) {
          if (load.stamped) one.times.push(at);
          events += 1;
        }
        if (read.toString("latin1", Math.max(0, length - 5)) === "0\r\n\r\n") {
          open -= 1;
          if (open === 0) finish(undefined);
        }
        return true;
      };
      const socket = connect({ host, port: Number(port), onread: { buffer, callback } });
      socket.setNoDelay(true);
      await once(socket, "connect");
      return { socket, one };
    }),
  );
  const startedMs = now();
  for (const [i, { socket, one }] of sockets.entries()) {
    const dueMs = (rampMs * i) / streams;
    if (dueMs > now() - startedMs) await wait(Math.ceil(dueMs - now() + startedMs));
    const body = JSON.stringify({ model: "truth", prompt: one.key, max_tokens: load.tokens, stream: true });
    one.sendMs = now();
    socket.write(
      `POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
  }
  await finished;
  for (const { socket } of sockets) socket.destroy();
  return { seen, events, seconds: (now() - startedMs) / 1_000 };
}

if (load.warmUp > 0) await pass("warm-up", load.warmUp, 0);
const { seen, events, seconds } = await pass("bare", load.streams, load.rampMs);
const used = process.cpuUsage();
const result: Seen = {
  requests: seen.map(({ key, sendMs, times }) => ({ key, sendMs, times: times.slice(0, load.tokens) })),
  // Finish, usage and end mark are events too.
  tokens: events - 3 * load.streams,
  seconds,
  cpuMs: (used.user + used.system) / 1_000,
  peakMiB: process.resourceUsage().maxRSS / 1_024,
};
process.stdout.write(`${MARK}${JSON.stringify(result)}\n`);
