/**
 * Mutation testing of the rooms that decide: small changes of their sources, and whether the rooms' tests notice. Written to
 * bench/results/mutants.md; takes minutes.
 *
 *     node bench/mutants/main.ts [mutants drawn from each room, default 120; 0 takes all] [seed, default 1] [only this room]
 */
import { fork, type ChildProcess } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { clopperPearson, random } from "../../src/stats/index.ts";
import { EQUIVALENT } from "./equivalent.ts";
import { mutantsOf, type Mutant } from "./mutants.ts";
import type { Answer, Job } from "./worker.ts";

const root = join(import.meta.dirname, "../..");
const size = Number(process.argv[2] ?? 120);
const seed = Number(process.argv[3] ?? 1);
const only = process.argv[4];
/** A mutant that has not failed by then, and by ten times what its tests take without it, never ends. */
const LONGEST_MS = 90_000;
let worker: ChildProcess | undefined;
/** Tests that pass without a mutant, with the milliseconds that they took. */
const sound = new Map<string, number>();
/** How many mutants of each source each file of tests has killed: what killed before is asked first. */
const kills = new Map<string, Map<string, number>>();

/** The tests that must notice, quick ones first; tests of whole runs are left out, so a score is a lower bound. */
const ROOMS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  stats: [
    ["test/stats/vectors", "test/stats/edges", "test/stats/behaviour"],
    ["test/stats/variances"],
    ["test/compare/", "test/attribute/", "test/judge/decision"],
  ],
  judge: [
    [
      "test/judge/gates",
      "test/judge/cells",
      "test/judge/coverage",
      "test/judge/decision",
      "test/judge/ledger",
      "test/judge/override",
      "test/judge/scope",
      "test/judge/sentences",
      "test/judge/stories",
    ],
    ["test/report/", "test/baseline/history", "test/compare/", "test/attribute/"],
    ["test/judge/"],
  ],
  compare: [
    ["test/compare/"],
    [
      "test/judge/decision",
      "test/judge/gates",
      "test/judge/scope",
      "test/judge/cells",
      "test/judge/sentences",
      "test/judge/stories",
      "test/baseline/history",
      "test/baseline/baseline",
    ],
    ["test/report/", "test/attribute/"],
  ],
};

interface Placed extends Mutant {
  readonly file: string;
}
type Fate = "killed" | "timed out" | "survived" | "equivalent";
interface Fated {
  readonly mutant: Placed;
  readonly fate: Fate;
}
interface Drawn {
  readonly room: string;
  readonly all: number;
  readonly fates: readonly Fated[];
}

const tree = mkdtempSync(join(tmpdir(), "servegate-mutants-"));
try {
  for (const part of ["src", "test", "package.json", "vitest.config.ts", "tsconfig.json"])
    cpSync(join(root, part), join(tree, part), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(tree, "node_modules"));
  const rooms = Object.entries(ROOMS).filter(([room]) => only === undefined || room === only);
  for (const each of EQUIVALENT) {
    const room = each.file.split("/")[1] ?? "";
    if (!mutantsIn(room).some((mutant) => equivalentOf(mutant) === each))
      throw new Error(`no mutant of ${each.file} is the one called equivalent at ${each.text}`);
  }
  const drawn = rooms.map(([room, stages]) => {
    const all = mutantsIn(room);
    return { room, stages, all: all.length, mutants: size === 0 ? all : sample(all, size), fates: [] as Fated[] };
  });
  // Room by room in turns, so that a run that is stopped has something to say of each.
  for (let i = 0; drawn.some(({ mutants }) => i < mutants.length); i++) {
    for (const { stages, mutants, fates } of drawn) {
      const mutant = mutants[i];
      if (mutant === undefined) continue;
      const { fate, by } = await fateOf(mutant, stages);
      fates.push({ mutant, fate });
      process.stderr.write(`${i + 1}/${mutants.length} ${fate} ${where(mutant)} ${change(mutant)} ${by ?? ""}\n`);
      writeFileSync(join(root, "bench/results/mutants.md"), page(drawn));
    }
  }
} finally {
  stop();
  rmSync(tree, { recursive: true, force: true });
}

function mutantsIn(room: string): Placed[] {
  const files = readdirSync(join(root, "src", room)).filter((file) => file !== "index.ts");
  return files.toSorted().flatMap((name) => {
    const file = `src/${room}/${name}`;
    return mutantsOf(readFileSync(join(root, file), "utf8")).map((mutant) => ({ ...mutant, file }));
  });
}

/** Drawn without putting back, in the order of the draw: a run that is stopped has run a sample too. */
function sample<T>(all: readonly T[], most: number): T[] {
  const uniform = random(seed);
  const keyed = all.map((each) => ({ each, key: uniform() })).toSorted((a, b) => a.key - b.key);
  return keyed.slice(0, most).map(({ each }) => each);
}

async function fateOf(mutant: Placed, stages: readonly (readonly string[])[]): Promise<{ readonly fate: Fate; readonly by?: string }> {
  const original = readFileSync(join(root, mutant.file), "utf8");
  if (equivalentOf(mutant) !== undefined) return { fate: "equivalent" };
  const source = `${original.slice(0, mutant.start)}${mutant.to}${original.slice(mutant.end)}`;
  const before = likeliest(mutant.file);
  for (const tests of [...before, ...stages]) {
    // What killed before stands in a stage that was found sound.
    if (!before.includes(tests)) await soundOnce(tests);
    const usual = sound.get(tests.join(", ")) ?? 0;
    const answer = await ask({ file: mutant.file, source, original, tests }, Math.max(LONGEST_MS, 10 * usual));
    if (answer === undefined) {
      // Whoever was stopped may have left the mutant in its file.
      writeFileSync(join(tree, mutant.file), original);
      return { fate: "timed out" };
    }
    if (answer !== "passed") {
      const { test, of } = answer;
      const counted = kills.get(mutant.file) ?? new Map<string, number>();
      if (of !== undefined) kills.set(mutant.file, counted.set(of, (counted.get(of) ?? 0) + 1));
      return { fate: "killed", by: test };
    }
  }
  return { fate: "survived" };
}

function equivalentOf({ file, start, to }: Placed): (typeof EQUIVALENT)[number] | undefined {
  const source = readFileSync(join(root, file), "utf8");
  return EQUIVALENT.find((each) => each.file === file && each.to === to && source.startsWith(each.text, start));
}

function likeliest(file: string): (readonly string[])[] {
  const [most] = [...(kills.get(file) ?? [])].toSorted(([, a], [, b]) => b - a);
  return most === undefined ? [] : [[most[0]]];
}

/** Tests that fail anyway would kill every mutant. */
async function soundOnce(tests: readonly string[]): Promise<void> {
  const key = tests.join(", ");
  if (sound.has(key)) return;
  const file = "src/stats/index.ts";
  const original = readFileSync(join(root, file), "utf8");
  const from = performance.now();
  const answer = await ask({ file, source: original, original, tests }, 10 * LONGEST_MS);
  if (answer !== "passed") throw new Error(`${key} fail without a mutant: ${answer?.test ?? "they never end"}`);
  sound.set(key, performance.now() - from);
}

/** Asks the worker, a fresh one where there is none; `undefined` when it had to be stopped. */
async function ask(job: Job, most: number): Promise<Answer | undefined> {
  const child = worker ?? fork(join(import.meta.dirname, "worker.ts"), { cwd: tree, stdio: ["ignore", "ignore", "inherit", "ipc"] });
  if (worker === undefined) {
    worker = child;
    if ((await answerOf(child, LONGEST_MS)) === undefined) throw new Error("the tests do not start");
  }
  child.send(job);
  const answer = await answerOf(child, most);
  if (answer === undefined) stop();
  return answer as Answer | undefined;
}

async function answerOf(child: ChildProcess, most: number): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const settle = (value: unknown): void => {
      clearTimeout(timer);
      child.off("message", settle).off("exit", gone);
      resolve(value);
    };
    // A worker that dies says nothing of the mutant.
    const gone = (code: number | null, signal: string | null): void => {
      clearTimeout(timer);
      reject(new Error(`the tests' process ended with ${signal ?? code ?? "nothing"}`));
    };
    const timer = setTimeout(() => settle(undefined), most);
    child.on("message", settle).on("exit", gone);
  });
}

function stop(): void {
  worker?.kill("SIGKILL");
  worker = undefined;
}

function page(drawn: readonly Drawn[]): string {
  const rows = drawn.map(({ room, all, fates }) => {
    const survived = fates.filter(({ fate }) => fate === "survived").length;
    const late = fates.filter(({ fate }) => fate === "timed out").length;
    const killed = fates.filter(({ fate }) => fate === "killed").length;
    const same = fates.filter(({ fate }) => fate === "equivalent").length;
    return `| ${room} | ${all} | ${fates.length} | ${killed} | ${late} | ${same} | ${survived} | ${score(fates)} |`;
  });
  const every = drawn.flatMap(({ fates }) => fates);
  const survivors = every
    .filter(({ fate }) => fate === "survived")
    .map(({ mutant }) => `| ${where(mutant)} | ${mutant.kind} | ${change(mutant)} |`);
  return [
    "# Mutation testing of the rooms that decide",
    "",
    `Every room's mutants were listed and ${size === 0 ? "all of them" : `up to ${size} of them, drawn with seed ${seed},`} run against the tests of the room and`,
    "of those that stand on it; whole runs were left out, so the scores are lower bounds. A mutant that never ended counts as killed, one that means the same",
    "as the source as a survivor unless its proof stands below. 95 % intervals in brackets. `node bench/mutants/main.ts` writes this page.",
    "",
    "| Room | Mutants | Drawn | Killed | Never ended | Equivalent | Survived | Score |",
    "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ...rows,
    `| all | | ${every.length} | | | | ${survivors.length} | ${score(every)} |`,
    "",
    "## Survivors",
    "",
    "| Where | Kind | Change |",
    "| --- | --- | --- |",
    ...survivors,
    "",
    "## Equivalent, by proof",
    "",
    "They are not counted where they are drawn.",
    "",
    ...EQUIVALENT.map(({ file, text, to, proof }) => `- \`${file}\`, \`\` ${text.split("\n")[0] ?? ""} \`\` → \`\` ${to} \`\`: ${proof}`),
    "",
  ].join("\n");
}

function score(fates: readonly Fated[]): string {
  const counted = fates.filter(({ fate }) => fate !== "equivalent");
  const killed = counted.filter(({ fate }) => fate !== "survived").length;
  if (counted.length === 0) return "";
  const { low, high } = clopperPearson(killed, counted.length);
  return `${((100 * killed) / counted.length).toFixed(1)} % (${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)})`;
}

function where({ file, line }: Placed): string {
  return `\`${file}:${line}\``;
}

function change({ from, to }: Placed): string {
  const cell = (text: string): string => `\`\` ${text.replaceAll(/\s+/g, " ").replaceAll("|", "\\|")} \`\``;
  return `${cell(from)} → ${to.trim() === "" ? "nothing" : cell(to)}`;
}
