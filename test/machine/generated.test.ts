import * as fc from "fast-check";
import { expect, it } from "vitest";
import { readFields, STYLES } from "../../bench/nvidia-smi-cases.ts";

// A million of them: node bench/nvidia-smi.ts.
it("every parser reads 5,000 generated answers of nvidia-smi without a crash and without inventing a value", () => {
  const result = fc.check(fc.property(STYLES, readFields), { numRuns: 5000 });
  expect({ failed: result.failed, counterexample: result.counterexample }).toEqual({ failed: false, counterexample: null });
});
