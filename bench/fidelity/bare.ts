// The limit: sockets that are read, a clock, and a scan for line ends; nothing else. `node bench/fidelity/bare.ts '<Load>'`
import { connect } from "node:net";
import { once } from "node:events";
import { MARK, type Load, type Seen } from "./load.ts";

const load = JSON.parse(process.argv[2] ?? "{}") as Load;
const { port, hostname: host } = new URL(load.url);
const now = (): number => Number(process.hrtime.bigint()) / 1e6;
const buffer = Buffer.allocUnsafe(64 * 1024);
let open = load.streams;
let events = 0;
const seen: { key: string; sendMs: number; times: number[] }[] = [];
let finish = (): void => undefined;
const finished = new Promise<void>((resolve) => (finish = resolve));

const sockets = await Promise.all(
  Array.from({ length: load.streams }, async (_, i) => {
    const one = { key: `bare-${i}`, sendMs: 0, times: [] as number[] };
    seen.push(one);
    let tail = "";
    const callback = (length: number): boolean => {
      const at = now();
      for (let from = buffer.indexOf("\n\n"); from >= 0 && from < length; from = buffer.indexOf("\n\n", from + 2)) {
        if (load.stamped) one.times.push(at);
        events += 1;
      }
      tail = buffer.toString("latin1", Math.max(0, length - 5), length);
      if (tail === "0\r\n\r\n") {
        open -= 1;
        if (open === 0) finish();
      }
      return true;
    };
    const socket = connect({ host, port: Number(port), onread: { buffer, callback } });
    socket.setNoDelay(true);
    await once(socket, "connect");
    return { socket, one };
  }),
);
const cpu = process.cpuUsage();
const startedMs = now();
for (const { socket, one } of sockets) {
  const body = JSON.stringify({ model: "truth", prompt: one.key, max_tokens: load.tokens, stream: true });
  one.sendMs = now();
  socket.write(
    `POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
}
await finished;
const used = process.cpuUsage(cpu);
for (const { socket } of sockets) socket.destroy();
const result: Seen = {
  requests: seen.map(({ key, sendMs, times }) => ({ key, sendMs, times: times.slice(0, load.tokens) })),
  // Finish, usage and end mark are events too.
  tokens: events - 3 * load.streams,
  seconds: (now() - startedMs) / 1_000,
  cpuMs: (used.user + used.system) / 1_000,
  peakMiB: process.resourceUsage().maxRSS / 1_024,
};
process.stdout.write(`${MARK}${JSON.stringify(result)}\n`);
