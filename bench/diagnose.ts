// How fast `diagnose` reads a large log, against `grep -E` with the same literals in the same run:
// `node bench/diagnose.ts [MEGABYTES]` (default 1024). Prints MB/s, peak memory and the machine.
import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readSync, rmSync, statSync, writeFileSync, writeSync } from "node:fs";
import { cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { signatures, startDiagnosis } from "../src/diagnose/index.ts";

const megabytes = Number(process.argv[2] ?? 1024);
const folder = mkdtempSync(join(tmpdir(), "servegate-bench-"));
try {
  const file = join(folder, "server.log");
  generate(file, megabytes * 1_000_000);
  const size = statSync(file).size;
  const ours = timed(() => read(file));
  const theirs = timed(() => grep(file));
  const [cpu] = cpus();
  say(
    `machine: ${cpu?.model.trim() ?? "unknown"}, ${cpus().length} cores, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Node ${process.version}`,
  );
  say(`log: ${(size / 1e6).toFixed(0)} MB`);
  say(
    `diagnose: ${speed(size, ours.seconds)}, by processor time ${speed(size, ours.cpuSeconds)}, peak memory ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB, found ${ours.result}`,
  );
  say(`grep -E -c: ${speed(size, theirs.seconds)}, ${theirs.result} lines match`);
} finally {
  rmSync(folder, { recursive: true, force: true });
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

function speed(bytes: number, seconds: number): string {
  return `${(bytes / 1e6 / seconds).toFixed(0)} MB/s (${seconds.toFixed(1)} s)`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
