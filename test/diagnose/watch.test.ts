import { readFileSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { watch } from "../../src/diagnose/index.ts";

const CORPUS = resolve(import.meta.dirname, "../corpus");

function firstFatal(text: string): string | undefined {
  const watching = watch();
  for (const line of text.split("\n")) {
    const finding = watching.push(line);
    if (finding !== undefined) return finding.signature;
  }
  return undefined;
}

describe("watching a start-up", () => {
  it.each([
    [
      "Failed: Cuda error /workspace/csrc/custom_all_reduce.cuh:455 'an illegal memory access was encountered'",
      "custom-all-reduce-illegal-access",
    ],
    ["Error: Failed to initialize the TMA descriptor 1", "tma-invalid-descriptor"],
    ["(EngineCore_DP0 pid=1) ERROR 11-20 10:02:31 [core.py:844] EngineCore failed to start.", "engine-core-failed"],
    ["[2025-10-24 02:48:22 TP4] Scheduler hit an exception: Traceback (most recent call last):", "sglang-child-failed"],
    ["launch_server.py: error: unrecognized arguments: --ss", "bad-argument"],
  ])("ends at %s", (line, signature) => {
    expect(firstFatal(line)).toBe(signature);
  });

  it.each(readdirSync(resolve(CORPUS, "healthy")))("never fires on %s", (file) => {
    expect(firstFatal(readFileSync(resolve(CORPUS, "healthy", file), "utf8"))).toBeUndefined();
  });

  it("does not fire on a fault that an autotuner merely reports", () => {
    expect(
      firstFatal(
        "(Worker_TP0 pid=1) WARNING 11-20 10:00:00 [autotuner.py:485] [Autotuner]: Skipping tactic 3, due to failure while profiling: CUDA error: an illegal memory access was encountered",
      ),
    ).toBeUndefined();
  });
});
