/* oxlint-disable no-console -- a program for people */
/**
 * What Servegate itself costs: a server that has nothing to do, launched again and again under every tier. Prints the milliseconds of a cell
 * that are neither the server's own nor the checks', the time from the request to stop until nothing is left, and the resident memory of
 * the committed command line. Writes bench/results/overhead.md.
 *
 *     node bench/overhead.ts [launches per tier, default 40]
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { execute, prepareText, readyMachine, systemClock } from "../src/flow/index.ts";
import type { Event } from "../src/model/index.ts";
import { chooseIsolation } from "../src/shell/index.ts";

const LAUNCHES = Number(process.argv[2] ?? 40);
const SERVER = resolve(import.meta.dirname, "bin/null-server.mjs");
const CLI = resolve(import.meta.dirname, "../dist/cli.js");

interface Times {
  readonly born: number;
  readonly listening: number;
  readonly asked: number;
  readonly ended: number;
}

const rows: string[] = [];
for (const tier of ["sealed", "cgroup", "tracked"]) {
  const env = { ...process.env, SERVEGATE_ISOLATION: tier };
  if (!(await chooseIsolation(env)).ok) continue;
  const { overhead, before, lag, stops } = await measure(env);
  rows.push(`| ${tier} | ${overhead.length} | ${both(overhead)} | ${both(before)} | ${both(lag)} | ${both(stops)} |`);
  console.log(rows.at(-1));
}
const memory = await residentOfCli();

const text = `# What Servegate itself costs

A server that answers at once and computes nothing (LoadGen's null system under test), launched ${LAUNCHES} times under each tier that works here, smoke-tested and stopped. The server writes
down its own times. The overhead of a launch is the time from \`launch-started\` to \`server-stopped\` without the server's start (its birth until it listens), without its own
end (SIGTERM until it exits) and without the checks. In milliseconds, p50 / p99 (of ${LAUNCHES}, so that p99 is the slowest or next to it).

| tier | launches | overhead of a launch | of it before the server's birth | from listening until found ready | from the request to stop until nothing is left |
| --- | --- | --- | --- | --- | --- |
${rows.join("\n")}

Before the birth lie the probe of the tier, the guardian and, in \`sealed\`, the namespaces. Readiness counts only when a real completion was answered; it is looked for
every 100 ms at first, every 500 ms later.

Resident memory of \`dist/cli.js run\` during such a run: ${memory.typical} MB at the median, ${memory.peak} MB at its peak. With GPUs the questions to nvidia-smi come on top, before
each launch and after each stop; they were not measured here, for want of a GPU.

Measured with \`node bench/overhead.ts ${LAUNCHES}\` on ${cpus().length} × ${cpus()[0]?.model.trim() ?? "an unknown processor"}.
`;
writeFileSync(resolve(import.meta.dirname, "results/overhead.md"), text);
console.log(text);

function configOf(dir: string): string {
  return `version: 1
engine: command
model: "null"
launch: { command: [${JSON.stringify(process.execPath)}, ${JSON.stringify(SERVER)}, "{port}", ${JSON.stringify(join(dir, "times"))}], ready-timeout: 30s, stall-timeout: 20s, request-timeout: 10s }
launches: ${LAUNCHES}
`;
}

async function measure(env: NodeJS.ProcessEnv): Promise<Record<"overhead" | "before" | "lag" | "stops", number[]>> {
  const dir = mkdtempSync(join(tmpdir(), "servegate-overhead-"));
  const context = { clock: systemClock, signal: new AbortController().signal, env };
  const request = { file: "servegate.yml", baseDir: dir, site: { rehearsal: [] }, askVersion: false };
  const prepared = await prepareText(configOf(dir), request, context);
  if (!prepared.ok) throw new Error(JSON.stringify(prepared.problems));
  const machine = await readyMachine(prepared.value, join(dir, "ledger"), context);
  if (!machine.ok) throw new Error(JSON.stringify(machine.problems));
  const seen: { readonly event: Event; readonly atMs: number }[] = [];
  const now = (): number => Number(process.hrtime.bigint()) / 1e6;
  await execute(
    {
      prepared: prepared.value,
      machine: machine.value,
      outDir: join(dir, "out"),
      ledgerDir: join(dir, "ledger"),
      secrets: [],
      onEvent: (event) => void seen.push({ event, atMs: now() }),
    },
    context,
  );
  const at = (kind: Event["kind"]): number[] => seen.filter(({ event }) => event.kind === kind).map(({ atMs }) => atMs);
  const own = readFileSync(join(dir, "times"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Times);
  const [started, checked, finished, stopped] = [at("launch-started"), at("check-started"), at("check-finished"), at("server-stopped")];
  const failed = seen.some(({ event }) => event.kind === "launch-ended" && event.outcome.state !== "measured");
  if (failed || own.length !== started.length) throw new Error("a launch failed, so there is nothing to measure");
  const phases = seen.flatMap(({ event, atMs }) => (event.kind === "phase-entered" && event.phase === "serving" ? [atMs] : []));
  const of = (value: (times: Times, index: number) => number): number[] => own.map(value);
  return {
    overhead: of(({ born, listening, asked, ended }, i) => {
      const whole = (stopped[i] ?? NaN) - (started[i] ?? NaN);
      return whole - (listening - born) - (ended - asked) - ((finished[i] ?? NaN) - (checked[i] ?? NaN));
    }),
    before: of(({ born }, i) => born - (started[i] ?? NaN)),
    lag: of(({ listening }, i) => (phases[i] ?? NaN) - listening),
    stops: of(({ asked }, i) => (stopped[i] ?? NaN) - asked),
  };
}

async function residentOfCli(): Promise<{ readonly typical: string; readonly peak: string }> {
  const dir = mkdtempSync(join(tmpdir(), "servegate-overhead-"));
  writeFileSync(join(dir, "servegate.yml"), configOf(dir).replace(/launches: .*/, "launches: 5"));
  const child = spawn(process.execPath, [CLI, "run", "servegate.yml", "--quiet"], {
    cwd: dir,
    stdio: "ignore",
    env: { ...process.env, HOME: dir },
  });
  const samples: number[] = [];
  let peak = 0;
  const timer = setInterval(() => {
    const status = statusOf(child.pid ?? 0);
    const read = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1] ?? 0) / 1024;
    if (read("VmRSS") > 0) samples.push(read("VmRSS"));
    peak = Math.max(peak, read("VmHWM"));
  }, 20);
  await new Promise((done) => child.once("exit", done));
  clearInterval(timer);
  return { typical: at(samples, 0.5).toFixed(0), peak: peak.toFixed(0) };
}

function statusOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, "utf8");
  } catch {
    return "";
  }
}

function both(values: readonly number[]): string {
  return `${at(values, 0.5).toFixed(0)} / ${at(values, 0.99).toFixed(0)}`;
}

function at(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}
