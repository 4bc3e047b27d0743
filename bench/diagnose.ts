// How fast `diagnose` reads a large log, against `grep -E` with the same literals in the same run, and how soon a doomed start-up is
// ended: `node bench/diagnose.ts [MEGABYTES]` (default 1024, five times in turn). Writes bench/results/diagnose.md.
import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, statSync, writeFileSync, writeSync } from "node:fs";
import { cpus, tmpdir, totalmem } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { signatures, startDiagnosis, watch } from "../src/diagnose/index.ts";
import { startServer } from "../src/server/index.ts";
import { aRequest, context } from "../test/server/support.ts";

const ROUNDS = 5;
const megabytes = Number(process.argv[2] ?? 1024);
const folder = mkdtempSync(join(tmpdir(), "servegate-bench-"));
try {
  const file = join(folder, "server.log");
  generate(file, megabytes * 1_000_000);
  const size = statSync(file).size;
  const rounds = Array.from({ length: ROUNDS }, () => ({ ours: timed(() => read(file)), theirs: timed(() => grep(file)) }));
  const peak = process.resourceUsage().maxRSS / 1024;
  const ends: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) ends.push(await doomed());
  const [cpu] = cpus();
  const speeds = (pick: (round: (typeof rounds)[number]) => number): string => {
    const all = rounds.map((round) => size / 1e6 / pick(round)).toSorted((x, y) => x - y);
    return `${median(all).toFixed(0)} (${(all[0] ?? 0).toFixed(0)}–${(all.at(-1) ?? 0).toFixed(0)})`;
  };
  const ours = median(rounds.map((round) => round.ours.seconds));
  const theirs = median(rounds.map((round) => round.theirs.seconds));
  const text = `# Reading a large log

Machine: ${cpu?.model.trim() ?? "unknown"}, ${cpus().length} cores, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Node ${process.version}.
Log: ${(size / 1e6).toFixed(0)} MB of start-up, traffic and statistics, one failure at its end; read ${ROUNDS} times each, in turn. ${signatures.length} signatures.

| Reader | MB/s, median (range) | Limit | Found |
| --- | --- | --- | --- |
| \`diagnose\`, wall clock | ${speeds((round) => round.ours.seconds)} | ≥ 200 | ${rounds[0]?.ours.result ?? ""} |
| \`diagnose\`, processor time | ${speeds((round) => round.ours.cpuSeconds)} | ≥ 200 | |
| \`grep -E -c\` with the signatures' literals | ${speeds((round) => round.theirs.seconds)} | – | ${rounds[0]?.theirs.result ?? 0} lines |

\`diagnose\` takes ${(ours / theirs).toFixed(2)} times as long as \`grep -E\`, which knows the literals and none of what stands behind them. Peak memory ${peak.toFixed(0)} MB (limit 200).

A server that prints a line no start-up survives and then hangs is given up and gone ${median(ends).toFixed(0)} ms after that line (median of ${ROUNDS}, worst
${Math.max(...ends).toFixed(0)} ms; 800 ms of it wait for the rest of the traceback).

\`node bench/diagnose.ts\` writes this page.
`;
  writeFileSync(resolve(import.meta.dirname, "results/diagnose.md"), text);
  process.stdout.write(text);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Milliseconds from a fatal line of a server that then hangs until that server is stopped and gone. */
async function doomed(): Promise<number> {
  const script = `console.log("stamp", Date.now()); console.log("[2026-11-20 10:00:00 TP4] Scheduler hit an exception: Traceback (most recent call last):"); setTimeout(() => {}, 3600000)`;
  const watching = watch();
  const request = aRequest([], {
    argv: [process.execPath, "-e", script, "{port}", "{name}"],
    fatal: (line) => watching.push(line) !== undefined,
  });
  const started = await startServer(request, context());
  const ended = Date.now();
  if (started.state !== "failed") throw new Error("the doomed server was not given up");
  const stamp = /stamp (\d+)/.exec(readFileSync(join(request.dir, "server.log"), "utf8"))?.[1];
  await sleep(50);
  return ended - Number(stamp);
}

function median(values: readonly number[]): number {
  const all = values.toSorted((a, b) => a - b);
  return all[Math.floor(all.length / 2)] ?? 0;
}

function read(file: string): string {
  const diagnosing = startDiagnosis();
  const handle = openSync(file, "r");
  const buffer = Buffer.allocUnsafe(1 << 18);
  try {
    for (let length = readSync(handle, buffer); length > 0; length = readSync(handle, buffer)) diagnosing.read(buffer.subarray(0, length));
  } finally {
    closeSync(handle);
  }
  return diagnosing.finish().class;
}

/** The signatures' literals as one alternation, which is what a page of greps would use; the regular expressions behind them come on top. */
function grep(file: string): number {
  const patterns = join(folder, "patterns");
  const literals = signatures.flatMap((signature) => signature.clues.flatMap((clue) => [clue.has].flat()));
  writeFileSync(patterns, [...new Set(literals)].map((literal) => literal.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("\n"));
  const done = spawnSync("grep", ["-E", "-c", "-f", patterns, file], { encoding: "utf8", env: { ...process.env, LC_ALL: "C" } });
  return Number(done.stdout);
}

/** What a long-lived server prints: start-up, then traffic and statistics, with one failure near the end. */
function generate(file: string, bytes: number): void {
  const handle = openSync(file, "w");
  const block = Array.from({ length: 4_000 }, (_, index) => trafficLine(index)).join("\n");
  let written = writeSync(handle, "(APIServer pid=1) INFO 11-20 09:58:09 [api_server.py:1977] vLLM API server version 0.11.2\n");
  while (written < bytes) written += writeSync(handle, `${block}\n`);
  writeSync(
    handle,
    "(Worker_TP3 pid=9) ERROR 11-20 11:00:00 [m.py:1] RuntimeError: CUDA error: an illegal memory access was encountered\n",
  );
  closeSync(handle);
}

function trafficLine(index: number): string {
  const second = String(index % 60).padStart(2, "0");
  switch (index % 5) {
    case 0:
      return `(APIServer pid=1) INFO:     127.0.0.1:${40_000 + (index % 9_000)} - "POST /v1/chat/completions HTTP/1.1" 200 OK`;
    case 1:
      return `(APIServer pid=1) INFO 11-20 10:05:${second} [loggers.py:236] Engine 000: Avg prompt throughput: ${index}.0 tokens/s, Avg generation throughput: 40.9 tokens/s, Running: 12 reqs, Waiting: 0 reqs, GPU KV cache usage: ${index % 100}.1%, Prefix cache hit rate: 0.0%`;
    case 2:
      return `[2026-05-02 09:15:${second} TP0] Decode batch [${index}], #running-req: 16, #token: ${9_071 + index}, token usage: 0.01, cuda graph: True, gen throughput (token/s): 812.41, #queue-req: 0,`;
    case 3:
      return `(APIServer pid=1) INFO 11-20 10:05:${second} [logger.py:40] Received request chatcmpl-${index}f3a9: params: SamplingParams(n=1, presence_penalty=0.0, temperature=0.7, top_p=0.8, max_tokens=1024), prompt_token_ids: None, lora_request: None.`;
    default:
      return `(EngineCore_DP0 pid=2) DEBUG 11-20 10:05:${second} [core.py:402] EngineCore loop active, ${index} scheduled, batch formed from ${index % 64} waiting and ${index % 128} running requests`;
  }
}

/** Wall-clock seconds, and seconds of processor time in this process, which other people's load does not lengthen. */
function timed<T>(work: () => T): { result: T; seconds: number; cpuSeconds: number } {
  const started = process.hrtime.bigint();
  const cpu = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(cpu);
  return { result, seconds: Number(process.hrtime.bigint() - started) / 1e9, cpuSeconds: (user + system) / 1e6 };
}
