/* oxlint-disable no-console -- a program for people */
/**
 * Reads generated answers of nvidia-smi with every parser: no crash, and no value that the text does not hold.
 *
 *     node bench/nvidia-smi.ts [inputs, default 1000000] [seed]
 */
import * as fc from "fast-check";
import { readFields, STYLES } from "./nvidia-smi-cases.ts";

const runs = Number(process.argv[2] ?? 1_000_000);
const seed = Number(process.argv[3] ?? Date.now() % 2 ** 31);
const startedMs = performance.now();
const result = fc.check(
  fc.property(STYLES, (text) => readFields(text)),
  { numRuns: runs, seed, endOnFailure: true },
);
if (result.failed) {
  console.error(`seed ${seed}, after ${result.numRuns} inputs: ${JSON.stringify(result.counterexample)}`, result.errorInstance);
  process.exitCode = 1;
} else {
  console.log(
    `${result.numRuns} inputs in ${((performance.now() - startedMs) / 1000).toFixed(0)} s, seed ${seed}: 0 crashes, 0 invented values`,
  );
}
