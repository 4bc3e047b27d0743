import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { diagnose, startDiagnosis } from "../../src/diagnose/index.ts";

const WRAPPER = "(APIServer pid=1) RuntimeError: Engine core initialization failed. See root cause above. Failed core proc(s): {}";

describe("root cause over symptom", () => {
  it.each([
    {
      title: "a wrapper that is printed first does not win over the cause that follows",
      lines: [WRAPPER, "(Worker_TP1 pid=2) torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2 GiB."],
      class: "gpu-out-of-memory",
    },
    {
      title: "the text inside a capture failure is the cause",
      lines: ["Exception: Capture cuda graph failed: CUDA out of memory. Tried to allocate 298.00 MiB"],
      class: "gpu-out-of-memory",
    },
    {
      title: "a capture failure around a lost peer stays a capture failure",
      lines: [
        "Exception: Capture cuda graph failed: [../third_party/gloo/gloo/transport/tcp/pair.cc:534] Connection closed by peer [10.0.0.1]:4",
      ],
      class: "cuda-graph-capture",
    },
    {
      title: "an NCCL error of another rank does not win over the rank that accessed memory illegally",
      lines: [
        "[rank1]: torch.distributed.DistBackendError: NCCL error in: ProcessGroupNCCL.cpp:3356, remote process exited or there was a network error",
        "[rank0]: RuntimeError: CUDA error: an illegal memory access was encountered",
      ],
      class: "illegal-memory-access",
    },
    {
      title: "a full /dev/shm explains NCCL's system error",
      lines: [
        "n:1:2 [0] misc/shmutils.cc:72 NCCL WARN Error: failed to extend /dev/shm/nccl-a to 9637892 bytes",
        "RuntimeError: NCCL error: unhandled system error (run with NCCL_DEBUG=INFO for details)",
      ],
      class: "shm-too-small",
    },
    {
      title: "a hint at WARNING level counts once something did go wrong",
      lines: ["/venv/torch/cuda/__init__.py:52: UserWarning: CUDA initialization: Error 802: system not yet initialized", "AssertionError"],
      class: "fabric-manager",
    },
    {
      title: "wrappers alone mean that a worker died, and nothing more is claimed",
      lines: ["ERROR 10-01 23:05:53 [core.py:718] EngineCore failed to start.", WRAPPER],
      class: "worker-died",
    },
    {
      title: "who noticed a death, where the log ends before the exception does",
      lines: [
        "(EngineCore pid=411) ERROR 06-29 03:35:37 [multiproc_executor.py:284] Worker proc VllmWorker-5 died unexpectedly, shutting down executor.",
        "(EngineCore pid=411) Process EngineCore:",
        "(EngineCore pid=411) Traceback (most recent call last):",
        '(EngineCore pid=411)   File "/usr/lib/python3.12/multiprocessing/process.py", line 314, in _bootstrap',
        "(EngineCore pid=411)     raise e",
      ],
      class: "worker-died",
    },
  ])("$title", ({ lines, class: expected }) => {
    expect(diagnose(lines).class).toBe(expected);
  });

  it("names the worker that failed first and the phase it died in", () => {
    const found = diagnose([
      "(EngineCore_DP0 pid=1) INFO 10-25 13:08:43 [core.py:93] Initializing a V1 LLM engine (v0.11.2) with config: model='m'",
      "(Worker_TP2 pid=9) INFO 10-25 13:09:43 [gpu_model_runner.py:2902] Starting to load model m...",
      "(EngineCore_DP0 pid=1) (Worker_TP2 pid=9) ERROR 10-25 13:09:44 [m.py:1] torch.OutOfMemoryError: CUDA out of memory.",
      "(EngineCore_DP0 pid=1) (Worker_TP0 pid=7) ERROR 10-25 13:09:45 [m.py:1] torch.OutOfMemoryError: CUDA out of memory.",
    ]);
    expect({ worker: found.worker, phase: found.phase }).toEqual({ worker: "Worker_TP2", phase: "weights" });
  });
});

describe("what a server survived", () => {
  const error = ["Traceback (most recent call last):", '  File "/app/x.py", line 3, in f', "RuntimeError: telemetry is away"];

  it("is no failure once vLLM has started", () => {
    expect(diagnose([...error, "INFO:     Application startup complete."]).class).toBe("healthy");
  });

  it("is a failure while SGLang has only opened its port", () => {
    const lines = ["[2026-01-01 10:00:00] server_args=ServerArgs(model_path='m')", ...error, "INFO:     Application startup complete."];
    expect(diagnose(lines).class).toBe("unknown");
    expect(diagnose([...lines, "[2026-01-01 10:00:09] The server is fired up and ready to roll!"]).class).toBe("healthy");
  });

  it("does not excuse a fault that no server survives", () => {
    const fault = "RuntimeError: CUDA error: an illegal memory access was encountered";
    expect(diagnose([fault, '127.0.0.1:1 - "POST /v1/completions HTTP/1.1" 200 OK']).class).toBe("illegal-memory-access");
  });
});

describe("an error nobody knows", () => {
  const lines = [
    "(EngineCore_DP0 pid=1) INFO 10-25 13:08:43 [core.py:93] Initializing a V1 LLM engine (v0.11.2) with config: model='m'",
    "(EngineCore_DP0 pid=1) Traceback (most recent call last):",
    '(EngineCore_DP0 pid=1)   File "/venv/lib/python3.12/site-packages/vllm/v1/worker/flux.py", line 12, in charge',
    "(EngineCore_DP0 pid=1)     capacitor.fill(1.21)",
    "(EngineCore_DP0 pid=1) FluxError: capacitor 0x7f21 is dry after 88 ms",
    WRAPPER,
  ];

  it("is shown as the first cluster, with a fingerprint, instead of guessed at", () => {
    const found = diagnose(lines);
    expect(found.class).toBe("unknown");
    expect(found.title).toBe("Unrecognised error: FluxError: capacitor 0x7f21 is dry after 88 ms");
    expect(found.evidence.at(-1)).toContain("FluxError");
    expect(found.worker).toBe("EngineCore_DP0");
    expect(found.findings.find((finding) => finding.signature === "unknown")?.at).toBe(2);
  });
});

describe("exit status as evidence", () => {
  it.each([
    { scene: { signal: "SIGKILL" }, class: "worker-died", title: "Killed with SIGKILL" },
    { scene: { exitCode: 137 }, class: "worker-died", title: "Killed with SIGKILL" },
    { scene: { exitCode: -11 }, class: "worker-died", title: "Ended by a segmentation fault" },
    { scene: { exitCode: 135 }, class: "shm-too-small", title: "Ended by a bus error" },
    { scene: { exitCode: 1 }, class: "unknown", title: "Ended with exit code 1 without saying why" },
    { scene: { exitCode: 0 }, class: "healthy", title: "Nothing is wrong" },
  ])("$scene of a silent log means $class", ({ scene, class: expected, title }) => {
    const found = diagnose([], scene);
    expect({ class: found.class, title: found.title }).toEqual({ class: expected, title });
    expect(found.infra).toBeUndefined();
  });

  it("with a kernel's out-of-memory kill is the host's, with the proof", () => {
    const kernelLog = ["[17344.01] Out of memory: Killed process 18820 (VLLM::Worker_TP) total-vm:512044088kB"];
    const found = diagnose(["Loading safetensors checkpoint shards:  61%"], { exitCode: 137, kernelLog });
    expect(found.class).toBe("host-out-of-memory");
    expect(found.evidence).toEqual(kernelLog);
    expect(found.infra).toBeDefined();
    expect(found.phase).toBe("weights");
  });

  it("takes Xid 79 of the kernel log as the runner's fault, and Xid 31 as the program's", () => {
    const log = ["RuntimeError: CUDA error: an illegal memory access was encountered"];
    const lost = diagnose(log, { kernelLog: ["NVRM: Xid (PCI:0000:1b:00): 79, pid=1, name=python, GPU has fallen off the bus."] });
    expect({ class: lost.class, infra: lost.infra !== undefined, worker: lost.worker }).toEqual({
      class: "xid",
      infra: true,
      worker: "kernel",
    });
    const fault = diagnose(log, { kernelLog: ["NVRM: Xid (PCI:0000:1b:00): 31, pid=1, name=python, MMU Fault"] });
    expect({ class: fault.class, infra: fault.infra }).toEqual({ class: "illegal-memory-access", infra: undefined });
  });
});

describe("a diagnosis in the making", () => {
  it("equals the one from finished lines, and splits progress bars at carriage returns", () => {
    const lines = ["Loading:   0%\rLoading: 100%\rtorch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2 GiB.", WRAPPER];
    const diagnosing = startDiagnosis();
    for (const line of lines) diagnosing.push(line);
    const found = diagnosing.finish();
    expect(found).toEqual(diagnose(lines));
    expect(found.evidence).toEqual(["torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2 GiB."]);
    expect(found.findings[0]?.at).toBe(1);
  });

  it("is the same from bytes, wherever they are cut", () => {
    const log = readFileSync(resolve(import.meta.dirname, "../corpus/failures/prefill-wrappers.log"));
    const noisy = Buffer.concat([Buffer.from("Lädt…\r\n\rzwei\r drei: größer\n\n"), log]);
    const lines = noisy.toString("utf8").replace(/\n$/, "").split("\n");
    for (const size of [1, 7, 64, 4_096, 1 << 20]) {
      const diagnosing = startDiagnosis();
      for (let start = 0; start < noisy.length; start += size) diagnosing.read(noisy.subarray(start, start + size));
      expect(diagnosing.finish()).toEqual(diagnose(lines));
    }
  });

  it("keeps a bounded number of findings however often a line repeats", () => {
    const line = "(Worker_TP0 pid=1) RuntimeError: CUDA error: an illegal memory access was encountered";
    expect(diagnose(Array.from({ length: 5_000 }, () => line)).findings.length).toBeLessThan(10);
  });
});
