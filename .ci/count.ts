/** Prints `passed failed` from vitest's JSON report; a run without a report failed before its first test and counts as one failure. */
import { existsSync, readFileSync } from "node:fs";

const [path = ""] = process.argv.slice(2);
if (existsSync(path)) {
  const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(path, "utf8")) as { numPassedTests: number; numFailedTests: number };
  process.stdout.write(`${numPassedTests} ${numFailedTests}\n`);
} else {
  process.stdout.write("0 1\n");
}
