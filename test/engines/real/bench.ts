import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, openSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { freePort } from "../../../src/server/place.ts";
import { CLI, MODEL, check } from "./harness.ts";

/** A server that a bench is let loose on, and what it can be asked for. */
export interface Benched {
  readonly engine: "transformers" | "vllm";
  /** Words that start it; the port comes last. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** It takes token ids, can be told how long to answer, and tells its own times. */
  readonly exact: boolean;
}

type Result = Readonly<Record<string, unknown>> & {
  readonly validity?: { readonly state: string; readonly reasons: readonly string[] };
  readonly server?: Readonly<Record<string, number>>;
};

const REQUESTS = 24;
const OUTPUT = 16;
const READY_MS = 8 * 60_000;

/** `servegate bench --url` against a real server that somebody else started: its numbers, its lines, its terminal, and the server's death. */
export async function bench(benched: Benched): Promise<void> {
  const { engine, exact } = benched;
  const { url, server } = await started(benched);
  try {
    const lines = join(mkdtempSync(join(tmpdir(), "servegate-bench-")), "requests.jsonl");
    const { code, out } = await run(benched, url, [
      "--concurrency",
      "4",
      "--requests",
      String(REQUESTS),
      "--save-requests",
      lines,
      "--json",
    ]);
    const result = JSON.parse(out) as Result;
    check(`bench of ${engine}: every request completes`, code === 0 && result["completed"] === REQUESTS, { code, result });
    const number = (name: string): number => Number(result[name]);
    check(
      `bench of ${engine}: first token before the last, at a rate above 0`,
      number("mean_ttft_ms") > 0 && number("mean_ttft_ms") <= number("mean_e2el_ms") && number("output_throughput") > 0,
      result,
    );
    check(`bench of ${engine}: may be believed`, result.validity?.state !== "invalid", result.validity);
    const rows = readFileSync(lines, "utf8").trim().split("\n");
    check(`bench of ${engine}: writes a line per request`, rows.length === REQUESTS, rows.length);
    const prompt = number("total_input_tokens") / REQUESTS;
    check(`bench of ${engine}: prompts are as long as asked (${prompt.toFixed(0)} tokens)`, Math.abs(prompt / 64 - 1) < 0.25, result);
    if (exact) {
      check(`bench of ${engine}: answers are exactly as long as asked`, number("total_output_tokens") === REQUESTS * OUTPUT, result);
      const told = result.server ?? {};
      check(`bench of ${engine}: its counters agree`, told["requests"] === REQUESTS && told["generatedTokens"] === REQUESTS * OUTPUT, told);
      const gap = told["ttftGapP50Ms"];
      check(
        `bench of ${engine}: its own time of each request is known (first token ${gap?.toFixed(1)} ms earlier)`,
        gap !== undefined,
        told,
      );
    }
    await seenAtTerminal(benched, url);
    await death(benched, url, server);
  } finally {
    killGroup(server);
    if (server.exitCode === null && server.signalCode === null) await once(server, "exit");
  }
}

/** vLLM leaves its engine and its workers behind when it is killed alone: they are of its process group, which is of our making. */
function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch (error) {
    // ESRCH: all of them are gone.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

async function seenAtTerminal(benched: Benched, url: string): Promise<void> {
  const words = [process.execPath, ...argv(benched, url, ["--concurrency", "1", "--requests", "200"])];
  const child = spawn("script", ["-qec", words.join(" "), "/dev/null"], { stdio: ["ignore", "pipe", "inherit"] });
  let seen = "";
  child.stdout.on("data", (chunk: Buffer) => (seen += chunk.toString()));
  await once(child, "close");
  check(
    `bench of ${benched.engine}: a live line in a terminal`,
    /\r\u001B\[K\S+ c=1: \d+\/200 done, [\d.]+\/s, 1 in flight, \d+ tokens\/s, 0 errors, \d+:\d\d left/.test(seen),
    seen.slice(0, 400),
  );
}

async function death(benched: Benched, url: string, server: ChildProcess): Promise<void> {
  setTimeout(() => server.kill("SIGKILL"), 4_000);
  const { code, out } = await run(benched, url, ["--concurrency", "4", "--requests", "100000", "--json"]);
  const result = JSON.parse(out) as Result;
  check(`bench of ${benched.engine}: a server that dies is named with its moment`, code === 1 && Number(result["server_gone_at_s"]) > 0, {
    code,
    result,
  });
  const averages = Object.keys(result).filter((name) => /ttft|tpot|itl|e2el|throughput|goodput/.test(name));
  check(`bench of ${benched.engine}: no number is averaged over the survivors`, averages.length === 0, averages);
}

function argv({ engine }: Benched, url: string, more: readonly string[]): string[] {
  const lengths = ["--input", "64", "--output", String(OUTPUT), "--warm-up", "4"];
  return [CLI, "bench", "--url", url, "--engine", engine, "--model", MODEL, ...lengths, ...more];
}

async function run(
  benched: Benched,
  url: string,
  more: readonly string[],
): Promise<{ readonly code: number | null; readonly out: string }> {
  const child = spawn(process.execPath, argv(benched, url, more), { stdio: ["ignore", "pipe", "inherit"] });
  let out = "";
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, out };
}

async function started({ engine, command: [program = "", ...words], env }: Benched): Promise<{ url: string; server: ChildProcess }> {
  const port = await freePort();
  const log = join(mkdtempSync(join(tmpdir(), "servegate-bench-")), "server.log");
  const out = openSync(log, "w");
  const server = spawn(program, [...words, "--host", "127.0.0.1", "--port", String(port)], {
    env: { ...process.env, ...env },
    stdio: ["ignore", out, out],
    detached: true,
  });
  const url = `http://127.0.0.1:${port}`;
  const giveUpMs = performance.now() + READY_MS;
  while (performance.now() < giveUpMs) {
    if (server.exitCode !== null) break;
    if ((await fetch(`${url}/health`).catch(() => undefined))?.ok === true) return { url, server };
    await wait(500);
  }
  killGroup(server);
  throw new Error(`${engine} did not become ready: ${readFileSync(log, "utf8").slice(-2_000)}`);
}
