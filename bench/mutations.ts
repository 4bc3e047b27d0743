// Proof that the truth tests of the load generator can fail: `node bench/mutations.ts`
//
// Each row changes one expression in a copy of the sources and runs the one test that must notice. Writes bench/results/mutations.md;
// ends with 1 when a mutant survives.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

interface Mutation {
  /** Number in the list of truth tests. */
  readonly truth: number;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  readonly test: string;
  readonly title: string;
}

const truth = "test/load/truth.test.ts";
const proofs = "test/load/proofs.test.ts";
const runLoad = "test/load/run-load.test.ts";

const mutations: readonly Mutation[] = [
  {
    truth: 1,
    file: "load/connection.ts",
    from: "const at = this.#clock.now();",
    to: "const at = this.#clock.now() - 5;",
    test: truth,
    title: "a token's time is when it reached the socket",
  },
  {
    truth: 2,
    file: "load/token-event.ts",
    from: "if (text[inside] !== closer) return true;",
    to: "return true;",
    test: truth,
    title: "a role-only delta is not the first token",
  },
  {
    truth: 3,
    file: "load/token-event.ts",
    from: `else if (REASONING_KEYS`,
    to: `else if (false && REASONING_KEYS`,
    test: truth,
    title: "the first token may come as reasoning_content",
  },
  {
    truth: 4,
    file: "load/token-event.ts",
    from: "if (text[inside] !== closer) return true;",
    to: "return true;",
    test: truth,
    title: "finish and usage chunks",
  },
  {
    truth: 5,
    file: "load/pass.ts",
    from: "completionTokens: usage.completion",
    to: "completionTokens: stream.times(0).tokenMs.length",
    test: proofs,
    title: "of several tokens an event give the exact TPOT",
  },
  {
    truth: 6,
    file: "load/token-stream.ts",
    from: "return this.usage === undefined ?",
    to: "return this.usage === null ?",
    test: runLoad,
    title: "for want of usage",
  },
  {
    truth: 7,
    file: "load/sse.ts",
    from: "this.#skipLf = end === nextCr;",
    to: "this.#skipLf = false;",
    test: "test/load/sse.test.ts",
    title: "reads CRLF",
  },
  {
    truth: 7,
    file: "load/sse.ts",
    from: "if (this.#data === bytes) this.#own();",
    to: "",
    test: "test/load/sse.test.ts",
    title: "gives the same events for any split",
  },
  {
    truth: 8,
    file: "load/token-stream.ts",
    from: "this.#times[this.#count] = this.#at;",
    to: "this.#times[this.#count] = this.#firstMs;",
    test: truth,
    title: "a stall in mid-stream",
  },
  {
    truth: 9,
    file: "load/token-stream.ts",
    from: `this.#count > 0 ? "truncated-stream" : "reset-after-headers"`,
    to: `"reset-after-headers"`,
    test: runLoad,
    title: "with reset-mid-stream",
  },
  {
    truth: 9,
    file: "load/token-stream.ts",
    from: "return status >= 500",
    to: "return status >= 600",
    test: runLoad,
    title: "with http-503",
  },
  {
    truth: 10,
    file: "load/validity.ts",
    from: "const LENGTH_TOLERANCE = 0.01;",
    to: "const LENGTH_TOLERANCE = 10;",
    test: runLoad,
    title: "says when answers are not as long as asked",
  },
  {
    truth: 11,
    file: "load/pass.ts",
    from: "Math.max(0, Math.ceil((total - index) / count))",
    to: "1 + Math.max(0, Math.ceil((total - index) / count))",
    test: runLoad,
    title: "keeps exactly as many requests in flight",
  },
  {
    truth: 12,
    file: "load/pool.ts",
    from: "if (connection.usable) this.#idle.push(connection);",
    to: "if (connection.usable) connection.close();",
    test: runLoad,
    title: "keeps exactly as many requests in flight",
  },
  {
    truth: 13,
    file: "load/arrivals.ts",
    from: "return () => -Math.log(1 - draw());",
    to: "return () => 2 * draw();",
    test: "test/load/arrivals.test.ts",
    title: "M/D/1",
  },
  {
    truth: 13,
    file: "load/pass.ts",
    from: "schedMs: dueMs ?? sendMs,\n      sendMs,\n      ...stream",
    to: "schedMs: sendMs,\n      sendMs,\n      ...stream",
    test: proofs,
    title: "gives the latencies of the queue",
  },
  {
    truth: 14,
    file: "load/pass.ts",
    from: "schedMs: dueMs ?? sendMs,\n      sendMs,\n      ...stream",
    to: "schedMs: sendMs,\n      sendMs,\n      ...stream",
    test: proofs,
    title: "shows a block of its own event loop",
  },
  {
    truth: 15,
    file: "load/arrivals.ts",
    from: "gamma(burstiness, draw) / burstiness",
    to: "gamma(burstiness + 0.1, draw) / (burstiness + 0.1)",
    test: "test/load/arrivals.test.ts",
    title: "gamma gaps of shape 2",
  },
  {
    truth: 15,
    file: "load/arrivals.ts",
    from: `seeded("arrivals", seed)`,
    to: `Math.random`,
    test: "test/load/arrivals.test.ts",
    title: "are the same for the same seed",
  },
  {
    truth: 16,
    file: "metrics/steady-window.ts",
    from: "const target = 0.95 *",
    to: "const target = 0.05 *",
    test: proofs,
    title: "is what the steady window finds",
  },
  {
    truth: 17,
    file: "load/prompts.ts",
    from: "return ids.slice(0, length);",
    to: "return ids.slice(0, Math.min(length, 9_999));",
    test: proofs,
    title: "of prompts of a megabyte",
  },
  {
    truth: 18,
    file: "load/validity.ts",
    from: `state === "invalid") ? "invalid"`,
    to: `state === "invalid") ? "degraded"`,
    test: proofs,
    title: "voids the run",
  },
  {
    truth: 19,
    file: "load/clock.ts",
    from: "now: () => performance.now(),",
    to: "now: () => Date.now(),",
    test: proofs,
    title: "do not move when the wall clock does",
  },
  {
    truth: 20,
    file: "load/pass.ts",
    from: "return this.#keepShare >= 1 ||",
    to: "return true ||",
    test: proofs,
    title: "keeps those of a random sample",
  },
  {
    truth: 21,
    file: "load/vllm-json.ts",
    from: "/ (completionTokens - 1)",
    to: "/ completionTokens",
    test: "test/load/golden.test.ts",
    title: "give the same JSON fields",
  },
  {
    truth: 21,
    file: "metrics/tpot.ts",
    from: "(request.completionTokens - 1)",
    to: "request.completionTokens",
    test: "test/load/golden.test.ts",
    title: "give the same value for every metric",
  },
  {
    truth: 22,
    file: "stats/quantile.ts",
    from: "const at = (samples.length - 1) * q;",
    to: "const at = Math.min(samples.length - 1, samples.length * q);",
    test: "test/load/golden.test.ts",
    title: "give the same JSON fields",
  },
  {
    truth: 23,
    file: "load/validity.ts",
    from: "const CACHE_HITS = { degraded: 0.01, invalid: 0.1 }",
    to: "const CACHE_HITS = { degraded: 0.1, invalid: 1 }",
    test: proofs,
    title: "make the pass",
  },
  {
    truth: 24,
    file: "load/pass.ts",
    from: `gone(sample.error) ? "server-gone" : "failing"`,
    to: `"failing"`,
    test: truth,
    title: "a server killed in mid-run",
  },
];

const root = join(import.meta.dirname, "..");
const rows: string[] = [];
let survived = 0;
for (const mutation of mutations) {
  const killed = isKilled(mutation);
  if (!killed) survived += 1;
  const cell = (text: string): string => `\`${text.replaceAll(/\s*\n\s*/g, " ").replaceAll("|", "\\|")}\``;
  rows.push(
    `| ${mutation.truth} | ${mutation.title} | \`src/${mutation.file}\` | ${cell(mutation.from)} → ${cell(mutation.to || " ")} | ${killed ? "fails" : "**survives**"} |`,
  );
  process.stderr.write(`${rows.at(-1)}\n`);
  save();
}
process.exitCode = survived === 0 ? 0 : 1;

function save(): void {
  const table = ["| Truth | Test | File | Change | The test then |", "| --- | --- | --- | --- | --- |", ...rows];
  mkdirSync(join(root, "bench/results"), { recursive: true });
  writeFileSync(join(root, "bench/results/mutations.md"), `# Mutations of the load generator\n\n${table.join("\n")}\n`);
}

/** True when the test passes on the sources and fails on the mutant; throws when the expression or the test is not there. */
function isKilled({ file, from, to, test, title }: Mutation): boolean {
  const folder = mkdtempSync(join(tmpdir(), "servegate-mutant-"));
  try {
    for (const part of ["src", "test", "package.json", "vitest.config.ts", "tsconfig.json"])
      cpSync(join(root, part), join(folder, part), { recursive: true });
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    const path = join(folder, "src", file);
    const source = readFileSync(path, "utf8");
    if (!source.includes(from)) throw new Error(`src/${file} no longer holds: ${from}`);
    // On a busy machine a sound test with real sockets may fail once; three times it may not.
    if (![1, 2, 3].some(() => run(folder, test, title) === "passed")) throw new Error(`no passing test: ${test} "${title}"`);
    writeFileSync(
      path,
      source.replace(from, () => to),
    );
    return run(folder, test, title) === "failed";
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(folder: string, test: string, title: string): "passed" | "failed" | "nothing" {
  const argv = [
    join(root, "node_modules/vitest/vitest.mjs"),
    "run",
    test,
    "-t",
    title.replaceAll(/[.*+?^${}()|[\]\\/]/g, "\\$&"),
    "--reporter=json",
  ];
  const { status, stdout } = spawnSync(process.execPath, argv, { cwd: folder, timeout: 120_000 });
  const counts = /"numPassedTests":(\d+)/.exec(stdout.toString());
  if (status === 0) return Number(counts?.[1] ?? 0) > 0 ? "passed" : "nothing";
  return "failed";
}
