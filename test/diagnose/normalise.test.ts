import { describe, expect, it } from "vitest";
import { splitLines } from "../../src/diagnose/index.ts";
import { normalise } from "../../src/diagnose/normalise.ts";

describe("a log line without what its printers put around it", () => {
  it.each([
    ["(Worker_TP3 pid=2211) ERROR 11-20 10:02:31 [multiproc_executor.py:154] boom", "boom", "Worker_TP3", false],
    ["\u001B[1;36m(EngineCore_DP0 pid=8)\u001B[0;0m INFO 10-01 23:05:53 [core.py:718] fine", "fine", "EngineCore_DP0", true],
    ["Error in [multiproc_executor.py:600] at [m", "Error in [multiproc_executor.py:600] at [m", undefined, false],
    ["ESC[36m(RayWorkerWrapper pid=10858, ip=200.18.66.58)ESC[0m boom", "boom", "RayWorkerWrapper", false],
    [
      "(EngineCore_0 pid=675221) (VllmWorker TP1 pid=675229) INFO 08-25 11:01:23 [default_loader.py:267] took 1.13",
      "took 1.13",
      "VllmWorker TP1",
      true,
    ],
    ["[2025-10-24 02:48:22 DP0 TP4] Scheduler hit", "Scheduler hit", "DP0 TP4", false],
    ["[2025-10-24 02:48:22] WARNING server_args.py:1104: old flag", "old flag", undefined, true],
    ["[rank3]:[E227 16:30:43.526290891 ProcessGroupNCCL.cpp:1785] [PG ID 2] Timeout", "[PG ID 2] Timeout", "rank3", false],
    ["ERROR 03-02 03:24:44 worker_base.py:581] RuntimeError: x", "RuntimeError: x", undefined, false],
    [
      "inference_engine  | ModuleNotFoundError: No module named 'datasets'",
      "ModuleNotFoundError: No module named 'datasets'",
      undefined,
      false,
    ],
    ["[2026-08-21T19:42:37Z] (EngineCore pid=522) INFO 08-21 19:42:37 [p.py:1] x", "x", "EngineCore", true],
    ["a46f6c76528f:2777:5429 [0] NCCL INFO transport.cc:33 -> 2", "transport.cc:33 -> 2", undefined, true],
    [
      "/x/torch/cuda/__init__.py:52: UserWarning: CUDA initialization",
      "/x/torch/cuda/__init__.py:52: UserWarning: CUDA initialization",
      undefined,
      true,
    ],
    ["ValueError: plain", "ValueError: plain", undefined, false],
  ])("%s", (raw, text, worker, quiet) => {
    const message = normalise(raw);
    expect({ text: message.text, worker: message.worker, quiet: message.quiet }).toEqual({ text, worker, quiet });
  });
});

describe("chunks of text", () => {
  it("become lines wherever they were cut", () => {
    expect([...splitLines(["one\ntw", "o\r\nthree", "\n", "\nfour"])]).toEqual(["one", "two", "three", "", "four"]);
  });

  it("without newlines are cut before they fill the memory", () => {
    const lengths = [...splitLines(Array.from({ length: 40 }, () => "x".repeat(100_000)))].map((line) => line.length);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(1 << 20);
    expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(4_000_000);
  });
});
