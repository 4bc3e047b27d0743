// Runs one room's tests against one mutant after another, for bench/mutants/main.ts: told `{ file, source, tests }`, answers `passed` or
// the test that failed. One vitest for all of them, which reads again only the file that changed.
import { writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { createVitest } from "vitest/node";

export interface Job {
  readonly file: string;
  /** What the file says under test, and what it says afterwards. */
  readonly source: string;
  readonly original: string;
  readonly tests: readonly string[];
}

/** `passed`, or the first test that failed and its file. */
export type Answer = "passed" | { readonly test: string; readonly of?: string };

const tree = process.cwd();
const vitest = await createVitest(
  "test",
  {
    root: tree,
    watch: false,
    bail: 1,
    isolate: false,
    pool: "threads",
    maxWorkers: 1,
    project: ["rooms"],
    testTimeout: 600_000,
    reporters: [{}],
  },
  { logLevel: "silent" },
);

process.on("message", (job: Job) => void run(job).then((answer) => process.send?.(answer)));
process.on("disconnect", () => process.exit());
process.send?.("ready");

async function run({ file, source, original, tests }: Job): Promise<Answer> {
  const path = join(tree, file);
  try {
    change(path, source);
    const specifications = await vitest.globTestSpecifications([...tests]);
    if (specifications.length === 0) throw new Error(`no tests in ${tests.join(", ")}`);
    const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications, false);
    // It hands back the modules of earlier runs as well.
    const asked = new Set(specifications.map(({ moduleId }) => moduleId));
    const ran = testModules.filter(({ moduleId }) => asked.has(moduleId));
    const failed = ran.filter((each) => !each.ok());
    if (unhandledErrors.length === 0 && ran.length > 0 && failed.length === 0) return "passed";
    const [test] = failed.flatMap((each) => [...each.children.allTests("failed")]);
    return test === undefined
      ? { test: "no test: the sources do not load" }
      : { test: test.fullName, of: relative(tree, test.module.moduleId) };
  } finally {
    change(path, original);
  }
}

function change(path: string, source: string): void {
  writeFileSync(path, source);
  vitest.invalidateFile(path);
}
