// Proof that the truth tests of the load generator can fail: `node bench/mutations.ts`
//
// Each row changes one expression in a copy of the sources and runs the one test that must notice. Writes bench/results/mutations.md;
// ends with 1 when a mutant survives.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mutations, type Mutation } from "./mutation-list.ts";

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
  const report = join(folder, "report.json");
  const argv = [
    join(root, "node_modules/vitest/vitest.mjs"),
    "run",
    test,
    "-t",
    title.replaceAll(/[.*+?^${}()|[\]\\/]/g, "\\$&"),
    "--reporter=json",
    `--outputFile=${report}`,
  ];
  const { status } = spawnSync(process.execPath, argv, { cwd: folder, timeout: 120_000, stdio: "ignore" });
  if (status !== 0) return "failed";
  const { numPassedTests } = JSON.parse(readFileSync(report, "utf8")) as { numPassedTests: number };
  return numPassedTests > 0 ? "passed" : "nothing";
}
