import { spawn } from "node:child_process";
import { createServer, type Server, type Socket } from "node:net";
import { once } from "node:events";
import { answer, promptTokens, type Body } from "./openai-answer.ts";
import { HEALTHY, type Script, type Sickness } from "./openai-script.ts";
import { closingEvents, counts, frame, generateEvents, metricsText, roleEvent, tokenEvents } from "./openai-stream.ts";

export { HEALTHY, type Script, type Sickness } from "./openai-script.ts";

/** What the server saw, for comparison with what the client says. Times are CLOCK_MONOTONIC in ms, the same in every process. */
export interface FakeLog {
  connections: number;
  inFlight: number;
  peakInFlight: number;
  /** Requests that hung up before their answer was whole. */
  hungUp: number;
  requests: {
    readonly path: string;
    readonly body: string;
    readonly connection: number;
    readonly atMs: number;
    readonly tokenMs: number[];
  }[];
}

export interface Fake {
  readonly url: string;
  readonly log: FakeLog;
  close(): Promise<void>;
}

export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** A scripted OpenAI-compatible server in this process, on `port` of 127.0.0.1, by default a free one. */
export async function startFake(over: Partial<Script> = {}, port = 0): Promise<Fake> {
  const script = { ...HEALTHY, ...over };
  const log: FakeLog = { connections: 0, inFlight: 0, peakInFlight: 0, hungUp: 0, requests: [] };
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true });
  const room: Room = { script, log, server, sockets, served: 0, counted: [], queue: Promise.resolve() };
  server.on("connection", (socket) => {
    log.connections += 1;
    sockets.add(socket);
    const connection = log.connections;
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
    readRequests(socket, (path, body) => respond(room, { socket, path, body, connection }));
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const bound = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${bound.port}`,
    log,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The same server in a process of its own, so that client and server do not wait for each other. `log` is asked over HTTP. */
export async function spawnFake(
  over: Partial<Script> = {},
): Promise<{ url: string; log(): Promise<FakeLog>; close(): Promise<void>; kill(): void }> {
  const child = spawn(process.execPath, [import.meta.filename, JSON.stringify(over)], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const url = line.toString().trim();
  const gone = once(child, "exit");
  return {
    url,
    log: async () => (await fetch(`${url}/fake/log`)).json() as Promise<FakeLog>,
    kill: () => child.kill("SIGKILL"),
    close: async () => {
      child.kill("SIGKILL");
      await gone;
    },
  };
}

interface Room {
  readonly script: Script;
  readonly log: FakeLog;
  readonly server: Server;
  readonly sockets: Set<Socket>;
  served: number;
  /** Answers that `/metrics` knows of. */
  readonly counted: { prompt: number; completion: number }[];
  queue: Promise<void>;
}

interface Request {
  readonly socket: Socket;
  readonly path: string;
  readonly body: string;
  readonly connection: number;
}

function readRequests(socket: Socket, onRequest: (path: string, body: string) => Promise<void>): void {
  let pending = Buffer.alloc(0);
  let busy = Promise.resolve();
  socket.on("data", (bytes) => {
    pending = Buffer.concat([pending, bytes]);
    for (;;) {
      const end = pending.indexOf("\r\n\r\n");
      if (end < 0) return;
      const head = pending.toString("latin1", 0, end);
      const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0);
      if (pending.length < end + 4 + length) return;
      const body = pending.toString("utf8", end + 4, end + 4 + length);
      const path = head.split(" ")[1] ?? "/";
      pending = pending.subarray(end + 4 + length);
      busy = busy.then(() => onRequest(path, body));
    }
  });
}

async function respond(room: Room, request: Request): Promise<void> {
  const { script, log } = room;
  const { socket, path } = request;
  if (path === "/fake/log") return json(script, socket, 200, log);
  if (path === "/health") return json(script, socket, script.healthStatus, {});
  if (path === "/v1/models") return json(script, socket, 200, { data: script.listsModel ? [{ id: script.model }] : [] });
  if (path === "/metrics" && script.cacheHits !== undefined) return plain(socket, metricsText(script, room.counted));
  if (path === "/v1/completions" && !script.completions) return json(script, socket, 404, { error: { message: "no such path" } });
  if (path !== "/generate" && !/^\/v1\/(chat\/)?completions$/.test(path))
    return json(script, socket, 404, { error: { message: "no such path" } });
  const { refusal, body } = parse(script, request.body);
  if (refusal !== undefined) {
    json(script, socket, refusal, { error: { message: "bad request" } });
    if (script.diesAfter === "bad-request") die(room);
    return;
  }
  room.served += 1;
  const sick = room.served > script.healthyFirst && (room.served - script.healthyFirst) % script.sickEvery === 0;
  log.inFlight += 1;
  log.peakInFlight = Math.max(log.peakInFlight, log.inFlight);
  const turn = room.queue;
  const answered = (async () => {
    if (script.oneAtATime) await turn;
    await generate(room, request, body, sick ? script.sickness : undefined);
  })();
  room.queue = answered;
  await answered;
  log.inFlight -= 1;
}

function parse(script: Script, text: string): { refusal?: number; body: Body } {
  try {
    const body = JSON.parse(text) as Body;
    const known = new Set(["model", "prompt", "messages", "max_tokens", "temperature", "stream", "seed", "stop"]);
    if (script.strict && Object.keys(body).some((key) => !known.has(key))) return { refusal: 422, body };
    if (body.model !== script.model && body.sampling_params === undefined) return { refusal: 404, body };
    return { body };
  } catch {
    return { refusal: 400, body: {} };
  }
}

async function generate(room: Room, request: Request, body: Body, sickness: Sickness | undefined): Promise<void> {
  const { script, log } = room;
  const { socket, path } = request;
  const chat = path.includes("chat");
  const words = answer(script, body);
  const startMs = monotonicMs();
  const entry = { path, body: request.body, connection: request.connection, atMs: startMs, tokenMs: [] as number[] };
  log.requests.push(entry);
  if (early(script, socket, sickness)) return;
  if (sickness === "hang-before-headers") return hang(socket);
  const prompt = promptTokens(body);
  room.counted.push({ prompt, completion: words.length });
  if (body.stream !== true) {
    await until(startMs + script.ttftMs + script.tpotMs * Math.max(0, words.length - 1));
    return json(script, socket, 200, whole(script, chat, words, prompt, body));
  }
  socket.write(
    `HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked\r\n${connectionLine(script)}\r\n`,
  );
  if (sickness === "reset-after-headers") {
    await until(startMs + script.ttftMs);
    return void socket.resetAndDestroy();
  }
  if (sickness === "endless-line") return endless(socket);
  if (sickness === "comments-only") return comments(socket);
  const held: string[] = [];
  if (script.bom) chunked(socket, Buffer.from("\uFEFF"));
  const send = (data: string): void => {
    if (script.write === "together") held.push(frame(script, data));
    else if (script.write === "bytes") for (const byte of Buffer.from(frame(script, data))) chunked(socket, Buffer.of(byte));
    else chunked(socket, Buffer.from(frame(script, data)));
  };
  if (chat && script.roleDeltaMs !== undefined) {
    await until(startMs + script.roleDeltaMs);
    send(roleEvent(script));
  }
  let stalledMs = 0;
  for (const { data, tokens } of path === "/generate" ? generateEvents(words, prompt) : tokenEvents(script, chat, words, prompt)) {
    if (script.stall !== undefined && tokens > script.stall.at) stalledMs = script.stall.ms;
    await until(startMs + script.ttftMs + script.tpotMs * (tokens - 1) + stalledMs);
    if (socket.destroyed) return hungUp(room);
    entry.tokenMs.push(monotonicMs());
    send(data);
    if (tokens >= words.length / 2 && (await midway(script, socket, sickness))) return;
  }
  for (const data of path === "/generate" ? ["[DONE]"] : closingEvents(script, chat, words, prompt, body)) send(data);
  if (held.length > 0) chunked(socket, Buffer.from(held.join("")));
  if (socket.destroyed) return hungUp(room);
  socket.write("0\r\n\r\n");
  if (script.keepAlive !== true) socket.end();
}

/** Sicknesses that strike before any answer; true when the request is over. */
function early(script: Script, socket: Socket, sickness: Sickness | undefined): boolean {
  if (sickness === "reset-before-headers") socket.resetAndDestroy();
  else if (sickness === "not-http") socket.write("SSH-2.0-OpenSSH_9.6\r\n\r\n");
  else if (sickness === "json-error-200") json(script, socket, 200, { error: { message: "the engine is asleep" } });
  else if (sickness?.startsWith("http-") === true) json(script, socket, Number(sickness.slice(5)), { error: { message: "go away" } });
  else return false;
  return true;
}

/** Sicknesses that strike half-way through the tokens; true when the request is over. */
async function midway(script: Script, socket: Socket, sickness: Sickness | undefined): Promise<boolean> {
  if (sickness === "reset-mid-stream") {
    // A reset overtakes what was written; let it out first.
    await until(monotonicMs() + 20);
    socket.resetAndDestroy();
  } else if (sickness === "close-mid-stream") socket.end();
  else if (sickness === "truncate") socket.write("0\r\n\r\n");
  else if (sickness === "hang-mid-stream") await hang(socket);
  else if (sickness === "drip-mid-stream") await drip(script, socket);
  else if (sickness === "malformed-event") chunked(socket, Buffer.from(frame(script, '{"choices": [{"index":0,"text": "tor')));
  else if (sickness === "error-event" || sickness === "unquoted-error-event") {
    const message = sickness === "error-event" ? '{"message":"engine died","code":500}' : '"engine said "died""';
    chunked(socket, Buffer.from(frame(script, `{"error": ${message}}`)));
    socket.write("0\r\n\r\n");
  } else return false;
  if (sickness === "malformed-event") socket.write("0\r\n\r\n");
  return true;
}

function whole(script: Script, chat: boolean, words: readonly string[], prompt: number, body: Body): unknown {
  const text = words.join("");
  const finish_reason = words.length >= (body.max_tokens ?? 16) ? "length" : "stop";
  const logprobs =
    body.logprobs === undefined ? null : { tokens: words, token_logprobs: words.map(() => (script.finiteLogprobs ? -0.5 : null)) };
  const choice = chat ? { message: { role: "assistant", content: text }, finish_reason } : { text, logprobs, finish_reason };
  return { id: "cmpl-1", model: script.model, choices: [{ index: 0, ...choice }], usage: counts(prompt, words.length) };
}

function hungUp({ script, log, server, sockets }: Room): void {
  log.hungUp += 1;
  if (script.diesAfter === "hang-up") die({ server, sockets });
}

function die({ server, sockets }: Pick<Room, "server" | "sockets">): void {
  server.close();
  for (const socket of sockets) socket.end();
}

/** Keep-alive comments and nothing else, for as long as somebody listens. */
async function comments(socket: Socket): Promise<void> {
  while (!socket.destroyed) {
    chunked(socket, Buffer.from(": keep-alive\n\n"));
    await until(monotonicMs() + 20);
  }
}

/** One byte, and then a wait longer than anybody's patience, again and again. */
async function drip(script: Script, socket: Socket): Promise<void> {
  for (const byte of Buffer.from(frame(script, '{"choices":[{"index":0,"text":"slow"}]}'))) {
    if (socket.destroyed) return;
    chunked(socket, Buffer.of(byte));
    await until(monotonicMs() + 500);
  }
  await hang(socket);
}

async function endless(socket: Socket): Promise<void> {
  const block = Buffer.alloc(1 << 20, "x");
  let resume = (): void => undefined;
  socket.on("drain", () => resume());
  socket.on("close", () => resume());
  chunked(socket, Buffer.from("data: "));
  while (!socket.destroyed) {
    const drained = new Promise<void>((resolve) => (resume = resolve));
    if (!chunked(socket, block)) await drained;
  }
}

async function hang(socket: Socket): Promise<void> {
  if (!socket.destroyed) await once(socket, "close");
}

function json(script: Script, socket: Socket, status: number, value: unknown): void {
  const body = JSON.stringify(value);
  socket.write(
    `HTTP/1.1 ${status} X\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${connectionLine(script)}\r\n${body}`,
  );
  if (script.keepAlive !== true) socket.end();
}

function plain(socket: Socket, body: string): void {
  socket.write(`HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

function connectionLine({ keepAlive }: Script): string {
  return keepAlive ? "" : "Connection: close\r\n";
}

function chunked(socket: Socket, bytes: Buffer): boolean {
  if (socket.destroyed) return false;
  socket.cork();
  socket.write(`${bytes.length.toString(16)}\r\n`);
  socket.write(bytes);
  const flowing = socket.write("\r\n");
  socket.uncork();
  return flowing;
}

async function until(atMs: number): Promise<void> {
  const waitMs = atMs - monotonicMs();
  // Timers cut fractions off; rounding up keeps the schedule from running ahead.
  if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, Math.ceil(waitMs)));
}

if (process.argv[1] === import.meta.filename) {
  const { url } = await startFake(JSON.parse(process.argv[2] ?? "{}") as Partial<Script>);
  process.stdout.write(`${url}\n`);
}
