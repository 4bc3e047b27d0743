import type { Death } from "./death.ts";
import { CAPTURE_FRAMES, type Frame, traceback } from "./traceback.ts";

const SGLANG_START: readonly Frame[] = [
  ["managers/scheduler.py", 2791, "run_scheduler_process", "scheduler = Scheduler("],
  ["managers/tp_worker.py", 235, "__init__", "self._model_runner = ModelRunner("],
  ["model_executor/model_runner.py", 318, "__init__", "self.initialize(min_per_gpu_memory)"],
];

/** PyTorch cannot allocate; during graph capture the pool of the graphs is what is too large. */
export const oom: Death = {
  at: () => "graphs",
  lines: (settings) =>
    traceback(
      settings,
      settings.dialect === "vllm"
        ? CAPTURE_FRAMES
        : [...SGLANG_START, ["model_executor/cuda_graph_runner.py", 366, "__init__", "self.capture()"]],
      "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.63 GiB. GPU 0 has a total capacity of 178.36 GiB of which 1.12 GiB is free. " +
        "Including non-PyTorch memory, this process has 177.21 GiB memory in use. Of the allocated memory 171.19 GiB is allocated by PyTorch, " +
        "with 3.63 GiB allocated in private pools (e.g., CUDA Graphs), and 1.30 GiB is reserved by PyTorch but unallocated.",
    ),
  end: { exit: 1 },
};

/** What is left after the weights holds no full sequence (vLLM) or nothing at all (SGLang). */
export const kvCacheTooSmall: Death = {
  at: () => "kv-cache",
  lines: (settings) =>
    settings.dialect === "vllm"
      ? traceback(
          settings,
          [
            ["v1/engine/core.py", 240, "_initialize_kv_caches", "kv_cache_configs = get_kv_cache_configs("],
            ["v1/core/kv_cache_utils.py", 702, "check_enough_kv_cache_memory", "raise ValueError("],
          ],
          `ValueError: To serve at least one request with the model's max seq len (${settings.effective["context-length"]}), 16.25 GiB KV cache is needed, ` +
            "which is larger than the available KV cache memory (9.84 GiB). Based on the available memory, the estimated maximum model length is 24784. " +
            "Try increasing `gpu_memory_utilization` or decreasing `max_model_len` when initializing the engine.",
        )
      : traceback(
          settings,
          [...SGLANG_START, ["model_executor/model_runner.py", 1524, "init_memory_pool", "raise RuntimeError("]],
          "RuntimeError: Not enough memory. Please try to increase --mem-fraction-static. " +
            `Current value: self.server_args.mem_fraction_static=${settings.effective["gpu-memory"]}`,
        ),
  end: { exit: 1 },
};
