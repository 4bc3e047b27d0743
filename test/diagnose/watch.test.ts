import { readFileSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { diagnose, watch } from "../../src/diagnose/index.ts";
import { startServer } from "../../src/server/index.ts";
import { aRequest, context } from "../server/support.ts";

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

describe("a doomed start-up", () => {
  it("is ended while the server still hangs, long before its time limit, and diagnosed from what it said", async () => {
    const script = `console.log("[2026-11-20 10:00:00 TP4] Scheduler hit an exception: Traceback (most recent call last):");
      console.log("torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2 GiB."); setTimeout(() => {}, 3600000)`;
    const watching = watch();
    const started = await startServer(
      aRequest([], {
        argv: [process.execPath, "-e", script, "{port}", "{name}"],
        fatal: (line) => watching.push(line) !== undefined,
      }),
      context(),
    );
    if (started.state !== "failed") throw new Error(`it is ${started.state}`);
    expect(started.failure.kind).toBe("fatal-line");
    expect(diagnose(started.printed)).toMatchObject({ class: "gpu-out-of-memory", worker: "TP4" });
    // The limit of this request is 60 s; bench/results/diagnose.md tells how soon it is on a machine of its own.
    expect(started.stop.tookMs).toBeLessThan(5_000);
  });
});
