/**
 * The workflow suite: zizmor over the shipped workflows, and act running them with the committed action against a loopback GitHub.
 * `npm run test:workflows`, or one part: `node test/workflows/suite.ts fork`. Ends with `N passed, N failed`.
 */
import { check, conclude } from "../fakes/tally.ts";
import { fork } from "./fork.ts";
import { gate } from "./gate.ts";
import { split } from "./split.ts";
import { tools } from "./tools.ts";
import { zizmor } from "./zizmor.ts";

const parts = { zizmor, split, fork, gate };
const named = process.argv.slice(2);
const found = tools();
for (const [name, run] of Object.entries(parts)) {
  if (named.length > 0 && !named.includes(name)) continue;
  const before = performance.now();
  await run(found).catch((error: unknown) => check(`${name} runs to its end`, false, error instanceof Error ? error.stack : error));
  process.stdout.write(`  ${name}: ${((performance.now() - before) / 1000).toFixed(1)} s\n`);
}
conclude();
