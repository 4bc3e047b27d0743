import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const PROGRAM = resolve(import.meta.dirname, "../../src/rehearsal/main.ts");

/** A rehearsal server under test. */
export interface Rehearsed {
  readonly pid: number;
  readonly url: string;
  readonly port: number;
  /** Everything printed so far, both streams in order of arrival, colour and carriage returns kept. */
  readonly output: () => string;
  /** Resolves when the text was printed; fails when the process ends first. */
  readonly printed: (text: string) => Promise<void>;
  /** Resolves when the process is gone and its output is complete. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  readonly kill: (signal: NodeJS.Signals) => void;
  readonly post: (path: string, body: unknown, signal?: AbortSignal) => Promise<Response>;
}

const READY = { vllm: "Application startup complete.", sglang: "The server is fired up and ready to roll!" } as const;
/** One folder per test file, removed with its servers. */
const SCENARIOS = mkdtempSync(join(tmpdir(), "servegate-rehearsal-"));
let scenarios = 0;
const started = new Set<ChildProcess>();

/** Start the program as a user would: `--dialect … -- engine arguments`. Model and port are added. */
export async function rehearse(
  dialect: "vllm" | "sglang",
  own: readonly string[],
  engine: readonly string[],
  options: { readonly env?: Record<string, string>; readonly port?: number } = {},
): Promise<Rehearsed> {
  const port = options.port ?? (await freePort());
  const base = dialect === "vllm" ? ["serve", "tiny", "--host", "127.0.0.1"] : ["--model-path", "tiny"];
  // Healthy and quicker than the built-in scenario, whose 0.6 s are for people to watch.
  const scenario = own.includes("--scenario") ? [] : ["--scenario", scenarioFile("speed: 1000")];
  const argv = [
    PROGRAM,
    "--dialect",
    dialect,
    ...scenario,
    ...own,
    "--",
    ...base,
    "--served-model-name",
    "run-1",
    "--port",
    String(port),
    ...engine,
  ];
  const child = spawn(process.execPath, argv, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env["PATH"] ?? "", ...options.env },
  });
  started.add(child);
  let output = "";
  const watchers = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      for (const watcher of watchers) watcher();
    });
  }
  // `exit`, not `close`: an orphan may hold the pipes open for ever.
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.on("exit", (code, signal) => setTimeout(() => resolve({ code, signal }), 50));
  });
  const printed = async (text: string): Promise<void> => {
    const seen = new Promise<true>((resolve) => {
      const watcher = (): void => void (output.includes(text) && (watchers.delete(watcher), resolve(true)));
      watchers.add(watcher);
      watcher();
    });
    const result = await Promise.race([seen, ended]);
    if (result !== true && !output.includes(text))
      throw new Error(`ended (${JSON.stringify(result)}) before "${text}":\n${output.slice(-2000)}`);
  };
  const url = `http://127.0.0.1:${port}`;
  return {
    pid: child.pid ?? 0,
    url,
    port,
    output: () => output,
    printed,
    ended,
    kill: (signal) => void child.kill(signal),
    post: (path, body, signal) =>
      fetch(url + path, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: typeof body === "string" ? body : JSON.stringify(body),
        ...(signal === undefined ? {} : { signal }),
      }),
  };
}

/** As `rehearse`, and wait until it serves. */
export async function serving(...args: Parameters<typeof rehearse>): Promise<Rehearsed> {
  const server = await rehearse(...args);
  await server.printed(READY[args[0]]);
  return server;
}

/** End every server a test file started; call it in `afterAll`. */
export function endAll(): void {
  for (const child of started) child.kill("SIGKILL");
  rmSync(SCENARIOS, { recursive: true, force: true });
}

/** A scenario file with this text. */
export function scenarioFile(text: string): string {
  const path = join(SCENARIOS, `${(scenarios += 1)}.yml`);
  writeFileSync(path, text);
  return path;
}

/** Process ids of all descendants. Zombies are dead. */
export function descendants(pid: number): number[] {
  const parents = readdirSync("/proc").flatMap((name): [number, number][] => {
    const stat = /^\d+$/.test(name) ? statOf(Number(name)) : undefined;
    return stat === undefined ? [] : [[Number(name), stat.parent]];
  });
  const below = (of: number): number[] => parents.filter(([, parent]) => parent === of).flatMap(([child]) => [child, ...below(child)]);
  return below(pid);
}

export function isAlive(pid: number): boolean {
  return statOf(pid) !== undefined;
}

export function titleOf(pid: number): string {
  return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
}

function statOf(pid: number): { readonly parent: number } | undefined {
  try {
    const [state, parent] = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /, "")
      .split(" ");
    return state === "Z" || state === "X" ? undefined : { parent: Number(parent) };
  } catch {
    return undefined;
  }
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Poll until it holds; fails after ten seconds. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`never happened: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
