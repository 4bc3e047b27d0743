import { type Line, sglangLine, vllmLine } from "../log/index.ts";
import type { Settings } from "../settings.ts";
import { firstRank } from "./death.ts";

/** File, line, function and the source line shown under it. */
export type Frame = readonly [file: string, line: number, name: string, source: string];

/** An uncaught Python exception as the engine prints it: SGLang in one record, vLLM with its prefix on every line. */
export function traceback(settings: Settings, frames: readonly Frame[], error: string): Line[] {
  const rank = firstRank(settings);
  const sglang = settings.dialect === "sglang";
  const root = sglang ? "/sgl-workspace/sglang/python/sglang/srt" : "/usr/local/lib/python3.12/dist-packages/vllm";
  const body = frames.flatMap(([file, line, name, source]) => [`  File "${root}/${file}", line ${line}, in ${name}`, `    ${source}`]);
  if (sglang) return [sglangLine(rank, ["Scheduler hit an exception: Traceback (most recent call last):", ...body, error, ""].join("\n"))];
  return ["WorkerProc hit an exception.", "Traceback (most recent call last):", ...body, error].map((text) =>
    vllmLine(rank ?? "EngineCore", "multiproc_executor.py:1007", text, "ERROR"),
  );
}

/** Frames from a scheduler's start to the capture of piecewise graphs, SGLang 0.5.4. */
export const PIECEWISE_FRAMES: readonly Frame[] = [
  ["managers/scheduler.py", 2791, "run_scheduler_process", "scheduler = Scheduler("],
  ["managers/scheduler.py", 311, "__init__", "self.tp_worker = TpModelWorker("],
  ["managers/tp_worker.py", 235, "__init__", "self._model_runner = ModelRunner("],
  ["model_executor/model_runner.py", 318, "__init__", "self.initialize(min_per_gpu_memory)"],
  ["model_executor/model_runner.py", 470, "initialize", "self.piecewise_cuda_graph_runner = PiecewiseCudaGraphRunner(self)"],
  ["model_executor/piecewise_cuda_graph_runner.py", 218, "__init__", "self.warmup_and_capture()"],
  ["model_executor/piecewise_cuda_graph_runner.py", 267, "warmup_and_capture", "_ = self.model_runner.model.forward("],
  ["models/llama.py", 465, "forward", "hidden_states = self.model("],
  ["layers/radix_attention.py", 118, "forward", "return forward_batch.attn_backend.forward("],
];

/** Frames of vLLM's graph capture at start-up. */
export const CAPTURE_FRAMES: readonly Frame[] = [
  ["v1/executor/multiproc_executor.py", 1002, "worker_busy_loop", "output = func(*args, **kwargs)"],
  ["v1/worker/gpu_worker.py", 471, "compile_or_warm_up_model", "cuda_graph_memory_bytes = self.model_runner.capture_model()"],
  ["v1/worker/gpu_model_runner.py", 5198, "capture_model", "self._capture_cudagraphs("],
];
