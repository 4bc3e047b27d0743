/* oxlint-disable no-console, no-unmodified-loop-condition -- a program for people; its loop is ended by a callback */
/**
 * What survives: a hostile server under each tier that works here, ended by a stop, and by SIGINT, SIGTERM and SIGKILL of the harness at
 * twelve stages of its start. Prints survivors and the time until none was left, and writes bench/results/survival.md.
 *
 *     node bench/survival.ts [runs per stage, default 2] [tier,…]
 */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { chooseIsolation, sweep, type Isolation } from "../src/shell/index.ts";

const HERE = import.meta.dirname;
const RUNS = Number(process.argv[2] ?? 2);
/** After this long what is left has survived. */
const LIMIT_MS = 5000;

/** When the harness is hit: so long after it begins to start the server, or after a line the server prints. */
const STAGES: readonly { readonly name: string; readonly line: string; readonly afterMs: number }[] = [
  ...[0, 10, 20, 40, 60, 80, 120, 160, 240].map((afterMs) => ({ name: `start + ${afterMs} ms`, line: "starting", afterMs })),
  { name: "first process up", line: "main is up", afterMs: 0 },
  { name: "all up", line: "all are up", afterMs: 0 },
  { name: "all up + 200 ms", line: "all are up", afterMs: 200 },
];
const LAST = STAGES.slice(-1);
const WAYS = [
  { way: "stop", stages: LAST, runs: RUNS * STAGES.length },
  { way: "SIGINT", stages: STAGES, runs: RUNS },
  { way: "SIGTERM", stages: STAGES, runs: RUNS },
  { way: "SIGKILL", stages: STAGES, runs: RUNS },
] as const;

interface Outcome {
  readonly survivors: readonly string[];
  readonly afterSweep: number;
  readonly ms: number;
}

const tiers: Isolation[] = [];
for (const tier of ["sealed", "cgroup", "tracked"] as const) {
  const choice = await chooseIsolation({ ...process.env, SERVEGATE_ISOLATION: tier });
  if (choice.ok && (process.argv[3] ?? tier).split(",").includes(tier)) tiers.push(tier);
}
const bystanderWord = `bystander-${process.pid}`;
const bystander = spawn("python3", [join(HERE, "bin/hostile.py"), bystanderWord], { stdio: "ignore", detached: true });
await sleep(500);
const bystanders = withWord(bystanderWord).length;

const rows: string[] = [];
for (const tier of tiers) {
  for (const { way, stages, runs } of WAYS) {
    const all: Outcome[] = [];
    for (const stage of stages) for (let run = 0; run < runs; run++) all.push(await once(tier, way, stage));
    rows.push(rowOf(tier, way, all));
    console.log(rows.at(-1));
  }
}
const harmed = bystanders - withWord(bystanderWord).length;
for (const { pid } of withWord(bystanderWord)) process.kill(pid, "SIGKILL");
bystander.unref();

const text = `# What survives

A server that ignores SIGTERM, SIGINT and SIGHUP and has a plain child, a child in its own session, a double-forked daemon, a daemon with an empty environment
(\`bare\`), another that closes its outputs too (\`hidden\`), and a daemon that is not dumpable (seven processes in all), started under each tier and ended in four ways; signals hit the harness at ${STAGES.length} stages of the start:
${STAGES.map(({ name }) => name).join(", ")}. Times are from the signal, or the request to stop, until the last process was gone; an orderly end includes a grace of 100 ms.
The right-most column says what was left after the next start had swept.

| tier | ended by | runs | runs with survivors | who survived | p50 ms | p99 ms | left after the next start |
| --- | --- | --- | --- | --- | --- | --- | --- |
${rows.join("\n")}

Bystanders (the same program, user and environment under another name) harmed: ${harmed} of ${bystanders}.

Not covered in \`tracked\`, by nobody and not by the next start either: a process that wipes its environment, leaves its session, closes its outputs and also changes its limit for file
locks: lower, as every process may, or back to none, as one with CAP_SYS_RESOURCE may. \`sealed\` and \`cgroup\` hold such a one too. A pid that was used again, and another server on the same port, are cases of their own in \`test/shell/survival.test.ts\` and \`test/faults/launch.test.ts\`.

Measured with \`node bench/survival.ts ${RUNS}\` as uid ${process.getuid?.()} on ${readFileSync("/proc/sys/kernel/osrelease", "utf8").trim()}, two busy cores.
`;
writeFileSync(join(HERE, "results/survival.md"), text);
console.log(text);

async function once(tier: Isolation, way: (typeof WAYS)[number]["way"], stage: (typeof STAGES)[number]): Promise<Outcome> {
  const dir = mkdtempSync(join(tmpdir(), "servegate-survival-"));
  const word = `word-${process.pid}-${Math.random().toString(36).slice(2)}`;
  const argv = ["python3", resolve(HERE, "bin/hostile.py"), word];
  const harness = spawn(process.execPath, [join(HERE, "bin/harness.ts"), dir, `bench-${process.pid}`, ...argv], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, SERVEGATE_ISOLATION: tier },
  });
  await said(harness, stage.line);
  await sleep(stage.afterMs);
  const hitAt = performance.now();
  if (way === "stop") harness.stdin.write("stop\n");
  else harness.kill(way);
  const gone = new Promise((done) => harness.once("exit", done));
  let left = withWord(word);
  let lastSeen = performance.now();
  // An orderly end must first be over, or a server that is still being started would be missed.
  const orderly = way === "SIGKILL" ? Promise.resolve() : Promise.race([gone, sleep(LIMIT_MS)]);
  let over = false;
  void orderly.then(() => (over = true));
  while (performance.now() - hitAt < LIMIT_MS && (left.length > 0 || !over || performance.now() - lastSeen < 100)) {
    await sleep(2);
    left = withWord(word).filter(({ pid }) => pid !== harness.pid);
    if (left.length > 0) lastSeen = performance.now();
  }
  const survivors = left.map(({ role }) => role);
  harness.kill("SIGKILL");
  await sweep(join(dir, "ledger"));
  const after = withWord(word).filter(({ pid }) => pid !== harness.pid);
  for (const { pid } of after) process.kill(pid, "SIGKILL");
  rmSync(dir, { recursive: true, force: true });
  return { survivors, afterSweep: after.length, ms: lastSeen - hitAt };
}

function rowOf(tier: Isolation, way: string, all: readonly Outcome[]): string {
  const hit = all.filter(({ survivors }) => survivors.length > 0);
  const times = all
    .filter(({ survivors }) => survivors.length === 0)
    .map(({ ms }) => ms)
    .sort((a, b) => a - b);
  const at = (share: number): string => times[Math.min(times.length - 1, Math.ceil(share * times.length) - 1)]?.toFixed(0) ?? "–";
  const who = [...new Set(hit.flatMap(({ survivors }) => survivors))].join(", ");
  const left = all.reduce((sum, { afterSweep }) => sum + afterSweep, 0);
  return `| ${tier} | ${way} | ${all.length} | ${hit.length} | ${who === "" ? "–" : who} | ${at(0.5)} | ${at(0.99)} | ${left} |`;
}

async function said(harness: ChildProcess, line: string): Promise<void> {
  let text = "";
  await new Promise<void>((done, fail) => {
    harness.stdout?.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes(line)) done();
    });
    harness.once("exit", () => fail(new Error(`the harness ended before it said "${line}": ${text}`)));
  });
}

/** Live processes with the word on their command line, and what they are. */
function withWord(word: string): { readonly pid: number; readonly role: string }[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const line = readFileSync(`/proc/${name}/cmdline`, "latin1");
      if (!line.includes(word) || line.includes("bin/harness.ts")) return [];
      const state = readFileSync(`/proc/${name}/stat`, "latin1").split(") ").at(-1)?.[0];
      if (state === "Z") return [];
      return [{ pid: Number(name), role: /\0(bare|hidden)\0$/.exec(line)?.[1] ?? "another" }];
    } catch {
      return [];
    }
  });
}
