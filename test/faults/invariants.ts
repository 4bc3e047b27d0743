import { readdirSync, readFileSync, statSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";
import schema from "../../src/record/record.schema.json" with { type: "json" };
import { systemClock } from "../../src/flow/index.ts";
import { marker } from "../../src/github/index.ts";
import type { RunRecord } from "../../src/model/index.ts";
import { readRecord } from "../../src/record/index.ts";
import { lease } from "../../src/shell/index.ts";
import { CANARIES, type Box } from "./box.ts";
import type { Ran } from "./run-case.ts";

/** What a case may say of itself where the general promise does not apply. */
export interface Exempt {
  /** Ends within this time. */
  readonly deadlineMs?: number;
  /** Comments of ours that there must be; one, where something was started and GitHub could be reached. */
  readonly comments?: number;
  /** GPUs that somebody else holds on purpose. */
  readonly gpusHeld?: true;
  /** Time in which what a killed run left must go by itself. */
  readonly settleMs?: number;
  /** Nothing was started, or nothing could be written, so that there is no record. */
  readonly noRecord?: true;
}

const MEMORY_BYTES = 200 * 1024 * 1024;

let validate: ValidateFunction | undefined;

/** The ten promises of a run, whatever happened in it; resolves to those that were broken, in words. */
export async function brokenPromises(box: Box, ran: Ran, exempt: Exempt = {}): Promise<string[]> {
  const read = await readRecord(box.outDir);
  const record = read.ok ? read.value : undefined;
  const processes = await untilNone(() => processesOf(box), exempt.settleMs ?? 2000);
  const noRecord = exempt.noRecord === true || ran.problems.length > 0;
  const { length: comments } = box.github.comments.filter(({ body }) => body.startsWith(marker("Servegate")));
  const wanted = exempt.comments ?? (noRecord ? 0 : 1);
  // The cases with the longest waits need some ten seconds on an idle machine; the rest is for a busy one.
  const deadline = exempt.deadlineMs ?? 40_000;
  const leaks = leaksOf(box, ran);
  return [
    ...processes.map((what) => `I1: a process lives on: ${what}`),
    ...(await openPorts(record)).map((port) => `I2: port ${port} still answers`),
    ...(exempt.gpusHeld === true ? [] : await heldLeases(box)).map((problem) => `I3: ${problem}`),
    ...(exempt.gpusHeld === true ? [] : holdersOf(box)).map((socket) => `I4: GPU memory is held: ${socket}`),
    ...(noRecord ? [] : recordFlaws(box, read)).map((flaw) => `I5: ${flaw}`),
    ...falsePass(ran).map((why) => `I6: the verdict is pass, although ${why}`),
    ...(ran.grownBytes < MEMORY_BYTES ? [] : [`I7: memory grew by ${Math.round(ran.grownBytes / 2 ** 20)} MiB`]),
    ...leaks.map((where) => `I8: a secret stands in ${where}`),
    ...(ran.tookMs < deadline ? [] : [`I9: it took ${Math.round(ran.tookMs)} ms of ${deadline}`]),
    ...(comments === wanted ? [] : [`I10: ${comments} comments of ours instead of ${wanted}`]),
    ...box.github.violations.map((violation) => `GitHub: ${violation}`),
  ];
}

async function untilNone(look: () => string[], limitMs: number): Promise<string[]> {
  const until = performance.now() + limitMs;
  for (;;) {
    const found = look();
    if (found.length === 0 || performance.now() > until) return found;
    await systemClock.sleep(20);
  }
}

/** Processes that carry the folder's name: servers and what they started, guardians, holders of leases. */
function processesOf({ dir }: Box): string[] {
  return readdirSync("/proc").flatMap((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return [];
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, "latin1");
      if (`${words}${readFileSync(`/proc/${pid}/environ`, "latin1")}`.includes(dir)) return [`${pid} ${words.replaceAll("\0", " ")}`];
    } catch {
      // Gone meanwhile.
    }
    return [];
  });
}

async function openPorts(record: RunRecord | undefined): Promise<number[]> {
  const launches = record?.cells.flatMap((cell) => cell.launches) ?? [];
  const ports = launches.flatMap(({ argv }) => Number(argv[argv.indexOf("--port") + 1]) || []);
  const open = await Promise.all(ports.map(accepts));
  return ports.filter((_, index) => open[index]);
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    const answer = (accepted: boolean): void => {
      socket.destroy();
      resolve(accepted);
    };
    socket.once("connect", () => answer(true)).once("error", () => answer(false));
  });
}

async function heldLeases({ gpus, locks }: Box): Promise<string[]> {
  const world = { clock: systemClock, signal: new AbortController().signal, env: process.env };
  const taken = await lease({ folder: locks, names: gpus.uuids, count: gpus.uuids.length, waitMs: 1000, who: "the invariant" }, world);
  if ("problem" in taken) return [taken.problem];
  await taken.release();
  return [];
}

function holdersOf({ gpus }: Box): string[] {
  const place = `${gpus.env["FAKE_GPUS"]}/hold-`;
  return readFileSync("/proc/net/unix", "utf8")
    .split("\n")
    .filter((line) => line.includes(place));
}

function recordFlaws(box: Box, read: Awaited<ReturnType<typeof readRecord>>): string[] {
  if (!read.ok) return read.problems.map(({ message }) => message);
  validate ??= addFormats.default(new Ajv({ strict: false, allErrors: false })).compile(schema);
  const stored: unknown = JSON.parse(JSON.stringify(read.value));
  return validate(stored) ? [] : [`${box.outDir}: ${JSON.stringify(validate.errors).slice(0, 400)}`];
}

/** What a verdict of pass would have needed and the record lacks. */
function falsePass({ conclusion, record }: Ran): string[] {
  if (conclusion?.verdict.exitCode !== 0 || record === undefined) return [];
  const flaws = record.state === "finished" ? [] : [`the run is ${record.state}`];
  for (const { cell, launches } of record.cells) {
    if (launches.length === 0) flaws.push(`${cell.id} was never launched`);
    for (const { outcome, checks } of launches) {
      if (outcome.state !== "measured") flaws.push(`${cell.id} ${outcome.state}`);
      for (const id of record.run.checks) if (!checks.some((check) => check.id === id)) flaws.push(`${cell.id} has no ${id}`);
      for (const { id, status, work } of checks) {
        if (status !== "passed") flaws.push(`${cell.id} ${id} ${status}`);
        if (work !== undefined && work.completed !== work.asked) flaws.push(`${cell.id} ${id} did ${work.completed} of ${work.asked}`);
      }
    }
  }
  for (const { text, status } of conclusion.verdict.gates) {
    // The first run of all has nothing to compare with and must be able to pass; it says what it did not test.
    if (status !== "passed" && (status !== "not-tested" || conclusion.verdict.untested.length === 0)) flaws.push(`${text} ${status}`);
  }
  return flaws;
}

function leaksOf(box: Box, ran: Ran): string[] {
  const secrets = Object.values(CANARIES);
  const texts = [
    ...filesBelow(box.outDir).map((path) => [path, readFileSync(path, "latin1")] as const),
    ...box.github.comments.map(({ body }) => ["a comment", body] as const),
    ["a check run", JSON.stringify(box.github.checks)] as const,
    ["a warning", [...ran.warnings, ...ran.problems, ran.thrown?.message ?? ""].join("\n")] as const,
  ];
  return texts.filter(([, text]) => secrets.some((secret) => text.includes(secret))).map(([place]) => place);
}

function filesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: "utf8" })
      .map((name) => join(folder, name))
      .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true);
  } catch {
    return [];
  }
}
