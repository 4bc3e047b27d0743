// Ground truth for the fidelity bench: an OpenAI-compatible server in its own process that stamps CLOCK_MONOTONIC into every event.
//
//     node bench/fidelity/server.ts '{"ttftMs":100,"intervalMs":20}'
//
// The text of an event is its stamp in ns, taken just before the write. `intervalMs: 0` sends as fast as the socket takes it, without
// stamps. `GET /truth` tells, per request, when it was read and every stamp; `POST /reset` forgets.
import { createServer, type Socket } from "node:net";
import { closing, event, HEAD, type Law } from "./wire.ts";

interface Stream {
  readonly socket: Socket;
  readonly chat: boolean;
  readonly tokens: number;
  readonly prompt: number;
  readonly stamps: number[];
  dueMs: number;
  sent: number;
}

interface Truth {
  readonly key: string;
  readonly readMs: number;
  readonly stamps: number[];
}

const law = JSON.parse(process.argv[2] ?? "{}") as Law;
const SLOTS = 512;
const LEAST_REST_MS = 0.02;
const MOST_REST_MS = 0.1;
const alarm = new Int32Array(new SharedArrayBuffer(4));
const BLOCK_EVENTS = 64;
let truths: Truth[] = [];
let count = 0;
let inFlight = 0;
let freeMs = 0;
let peak = 0;
/** Ascending by due time: streams before their first token, and those after it, which all have one interval. */
const starting: Stream[] = [];
let running: Stream[] = [];
let head = 0;
let spinning = false;

const now = (): number => Number(process.hrtime.bigint()) / 1e6;

const server = createServer({ noDelay: true }, (socket) => {
  let pending = Buffer.alloc(0);
  socket.on("error", () => socket.destroy());
  socket.on("data", (bytes) => {
    pending = pending.length === 0 ? bytes : Buffer.concat([pending, bytes]);
    for (;;) {
      const end = pending.indexOf("\r\n\r\n");
      if (end < 0) return;
      const headers = pending.toString("latin1", 0, end);
      const length = Number(/^content-length: *(\d+)/im.exec(headers)?.[1] ?? 0);
      if (pending.length < end + 4 + length) return;
      const body = pending.toString("utf8", end + 4, end + 4 + length);
      pending = pending.subarray(end + 4 + length);
      answer(socket, headers.split(" ")[1] ?? "/", body);
    }
  });
});
server.listen({ port: 0, host: "127.0.0.1", backlog: 16_384 }, () => {
  const { port } = server.address() as { port: number };
  process.stdout.write(`http://127.0.0.1:${port}\n`);
});

function answer(socket: Socket, path: string, body: string): void {
  const readMs = now();
  if (path.startsWith("/truth")) return json(socket, { truths, peak });
  if (path.startsWith("/reset")) {
    truths = [];
    count = 0;
    peak = 0;
    return json(socket, {});
  }
  if (!path.includes("completions")) return json(socket, { object: "list", data: [{ id: "truth", object: "model", root: "truth" }] });
  const asked = JSON.parse(body) as {
    prompt?: unknown;
    messages?: { content: unknown }[];
    max_tokens?: number;
    max_completion_tokens?: number;
    stream?: boolean;
  };
  const tokens = asked.max_tokens ?? asked.max_completion_tokens ?? 16;
  const prompt = asked.prompt ?? asked.messages?.[0]?.content ?? "";
  const text = typeof prompt === "string" ? prompt : JSON.stringify(prompt);
  const length = Array.isArray(prompt) ? prompt.length : text.split(" ").length;
  const chat = path.includes("chat");
  if (asked.stream !== true) {
    const choice = chat ? { message: { role: "assistant", content: " x" } } : { text: " x" };
    return json(socket, {
      id: "x",
      object: "x",
      created: 1,
      model: "truth",
      choices: [{ index: 0, ...choice, finish_reason: "length" }],
      usage: { prompt_tokens: length, completion_tokens: 1, total_tokens: length + 1 },
    });
  }
  inFlight += 1;
  peak = Math.max(peak, inFlight);
  const stamps: number[] = [];
  if (law.intervalMs > 0) truths.push({ key: text.slice(0, 48), readMs, stamps });
  const phaseMs = ((count * 197) % SLOTS) * (law.intervalMs / SLOTS);
  count += 1;
  const beginMs = law.oneAtATime === true ? Math.max(readMs, freeMs) : readMs + phaseMs;
  freeMs = beginMs + law.ttftMs;
  const stream = { socket, chat, tokens, prompt: length, stamps, dueMs: freeMs, sent: 0 };
  socket.write(HEAD);
  if (law.intervalMs === 0) return flood(stream);
  insert(stream);
  if (!spinning) spin();
}

function insert(stream: Stream): void {
  let at = starting.length;
  while (at > 0 && (starting[at - 1]?.dueMs ?? 0) > stream.dueMs) at -= 1;
  starting.splice(at, 0, stream);
}

/** Wakes for each token by the microsecond, so that writes are spread instead of coming in timer ticks. */
function spin(): void {
  spinning = true;
  const at = now();
  while (starting[0] !== undefined && starting[0].dueMs <= at) step(starting.shift() as Stream);
  for (let stream = running[head]; stream !== undefined && stream.dueMs <= at; stream = running[head]) {
    head += 1;
    step(stream);
  }
  if (head > 4_096) {
    running = running.slice(head);
    head = 0;
  }
  if (starting.length === 0 && head >= running.length) {
    spinning = false;
    return;
  }
  const nextMs = Math.min(starting[0]?.dueMs ?? Infinity, running[head]?.dueMs ?? Infinity);
  // Leaves the core to others in between; a new request is read at the latest so much later.
  const restMs = Math.min(MOST_REST_MS, nextMs - now());
  if (restMs > LEAST_REST_MS) Atomics.wait(alarm, 0, 0, restMs);
  setImmediate(spin);
}

function step(stream: Stream): void {
  const { socket } = stream;
  if (socket.destroyed) return void (inFlight -= 1);
  const stamp = now();
  stream.stamps.push(stamp);
  socket.write(event(stream.chat, Math.round(stamp * 1e6)), "latin1");
  stream.sent += 1;
  if (stream.sent === stream.tokens) return finish(stream);
  stream.dueMs += law.intervalMs;
  let at = running.length;
  running.push(stream);
  // Streams enter from `starting` with another phase; after that the order keeps itself.
  while (at > head && (running[at - 1]?.dueMs ?? 0) > stream.dueMs) {
    running[at] = running[at - 1] as Stream;
    at -= 1;
  }
  running[at] = stream;
}

function finish({ socket, chat, prompt, sent }: Stream): void {
  inFlight -= 1;
  socket.write(closing(chat, prompt, sent), "latin1");
}

function flood(stream: Stream): void {
  const block = Buffer.from(event(stream.chat, 123_456_789_012_345).repeat(BLOCK_EVENTS), "latin1");
  const one = Buffer.from(event(stream.chat, 123_456_789_012_345), "latin1");
  const go = (): void => {
    while (stream.sent < stream.tokens && !stream.socket.destroyed) {
      const many = stream.tokens - stream.sent >= BLOCK_EVENTS;
      stream.sent += many ? BLOCK_EVENTS : 1;
      if (!stream.socket.write(many ? block : one)) return void stream.socket.once("drain", go);
    }
    finish(stream);
  };
  go();
}

function json(socket: Socket, value: unknown): void {
  const body = JSON.stringify(value);
  socket.write(`HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}
