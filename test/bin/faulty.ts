/**
 * A server under test that fails as it is told. Started with vLLM's arguments; the file named by VLLM_FAULT says what goes wrong. It prints its
 * whole environment first, as a careless server does, and holds memory of the scripted GPUs while it lives.
 */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startFake, type Script } from "../fakes/openai-server.ts";

/** What goes wrong, and when; nothing of it is a server in health. */
export interface Fault {
  /** Printed before anything else happens. */
  readonly says?: readonly string[];
  /** Ends before it listens. */
  readonly exits?: number;
  /** Says this and ends where it has a pid namespace of its own. */
  readonly exitsInside?: readonly string[];
  readonly killedBy?: NodeJS.Signals;
  /** Never listens, and goes on saying this. */
  readonly repeats?: string;
  /** Never listens and says nothing. */
  readonly silent?: boolean;
  readonly listensAfterMs?: number;
  /** Dies when so many generating requests came, having said something or not. */
  readonly dies?: { readonly after: number; readonly saying?: readonly string[]; readonly exit?: number; readonly signal?: NodeJS.Signals };
  /** What its processes do to survive. */
  readonly keeps?: readonly ("ignores-term" | "session" | "stopped" | "bomb")[];
  /** Bytes of log: so many MiB of lines, or of one line. */
  readonly floods?: { readonly mebibytes: number; readonly oneLine?: boolean };
  readonly server?: Partial<Script>;
  /** MiB of every scripted GPU that it holds. */
  readonly memory?: number;
}

if (process.argv[1] === import.meta.filename) await main();

async function main(): Promise<void> {
  const fault = JSON.parse(readFileSync(process.env["VLLM_FAULT"] ?? "", "utf8")) as Fault;
  const say = (line: string): boolean => process.stdout.write(`${line}\n`);
  say(`environment: ${JSON.stringify(process.env)}`);
  for (const line of fault.says ?? []) say(line);
  // In a namespace of its own the first processes have the first numbers.
  if (fault.exitsInside !== undefined && process.pid < 100) {
    for (const line of fault.exitsInside) say(line);
    process.exit(1);
  }
  const keeps = new Set(fault.keeps);
  if (keeps.has("ignores-term")) for (const name of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(name, () => undefined);
  else process.on("SIGTERM", () => process.exit(0));
  holdMemory(fault.memory ?? 90_000);
  if (keeps.has("session")) child(["session"], { detached: true });
  if (keeps.has("stopped")) child(["stopped"], {});
  if (keeps.has("bomb")) for (let i = 0; i < 40; i++) child(["bomb", String(i)], { detached: i % 2 === 0 });
  if (fault.floods !== undefined) await flood(fault.floods);
  if (fault.killedBy !== undefined) process.kill(process.pid, fault.killedBy);
  if (fault.exits !== undefined) process.exit(fault.exits);
  if (fault.repeats !== undefined) setInterval(() => say(fault.repeats ?? ""), 50);
  if (fault.silent === true || fault.repeats !== undefined) await sleep(3_600_000);
  await sleep(fault.listensAfterMs ?? 0);
  const word = (flag: string): string => process.argv[process.argv.indexOf(flag) + 1] ?? "";
  let server;
  try {
    server = await startFake({ tpotMs: 4, model: word("--served-model-name"), ...fault.server }, Number(word("--port")));
  } catch (error) {
    say(`ERROR: [Errno 98] error while attempting to bind: address already in use (${String(error)})`);
    process.exit(1);
  }
  say("INFO:     Application startup complete.");
  const { dies } = fault;
  if (dies === undefined) return;
  setInterval(() => {
    if (server.log.requests.length < dies.after) return;
    for (const line of dies.saying ?? []) say(line);
    if (dies.signal === undefined) process.exit(dies.exit ?? 1);
    process.kill(process.pid, dies.signal);
  }, 1);
}

/** A socket in the folder of the scripted GPUs, which the kernel takes away with us. */
function holdMemory(mebibytes: number): void {
  const folder = process.env["VLLM_FAKE_GPUS"];
  if (folder === undefined || mebibytes === 0) return;
  createServer()
    .listen(join(folder, `hold-${mebibytes}.${process.pid}-${Date.now()}`))
    .unref();
}

function child(words: readonly string[], options: { readonly detached?: boolean }): void {
  const script =
    "process.on('SIGTERM', () => {}); setInterval(() => {}, 1e3); if (process.argv[1] === 'stopped') process.kill(process.pid, 'SIGSTOP')";
  spawn(process.execPath, ["-e", script, ...words], { stdio: "inherit", ...options }).unref();
}

async function flood({ mebibytes, oneLine = false }: NonNullable<Fault["floods"]>): Promise<void> {
  const line = " tokens of a log line".repeat(48).slice(0, 1011);
  for (let left = mebibytes; left > 0; left -= 1) {
    const lines = Array.from({ length: 1024 }, (_, index) => `${String(left * 1024 + index).padStart(12)}${line}\n`);
    const chunk = oneLine ? Buffer.alloc(1024 * 1024, "x") : Buffer.from(lines.join(""));
    if (!process.stdout.write(chunk)) await new Promise((resolve) => process.stdout.once("drain", resolve));
  }
  process.stdout.write("\nthe last line of the flood\n");
}
