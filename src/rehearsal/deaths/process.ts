import { type Line, raw, sglangLine } from "../log/index.ts";
import type { Settings } from "../settings.ts";
import type { Death } from "./death.ts";
import { CAPTURE_FRAMES, traceback } from "./traceback.ts";

/** The kernel's out-of-memory killer, or a colleague: a worker is gone without a word. */
export const workerKilled: Death = { at: () => "weights", lines: () => [], end: { signal: "SIGKILL" } };

/** Somebody else has the port. vLLM binds before anything else, uvicorn under SGLang at the end. */
export const portInUse: Death = {
  at: ({ dialect }) => (dialect === "vllm" ? "arguments" : "http"),
  lines: portInUseLines,
  end: { server: 1 },
};

/** Also printed when the port really is taken. */
export function portInUseLines(settings: Settings): Line[] {
  if (settings.dialect === "sglang") {
    const place = `('${settings.host}', ${settings.port})`;
    return [sglangLine(undefined, `ERROR:    [Errno 98] error while attempting to bind on address ${place}: address already in use`)];
  }
  const lines = [
    "Traceback (most recent call last):",
    '  File "/usr/local/lib/python3.12/dist-packages/vllm/entrypoints/openai/api_server.py", line 712, in run_server',
    "    listen_address, sock = setup_server(args)",
    '  File "/usr/local/lib/python3.12/dist-packages/vllm/entrypoints/openai/api_server.py", line 588, in create_server_socket',
    "    sock.bind(addr)",
    "OSError: [Errno 98] Address already in use",
  ];
  return lines.map((text) => ({ to: "stderr", who: "APIServer", text }));
}

/** Alive, silent, and never ready. vLLM has no warm-up of its own: it stops in graph capture. */
export const hangInWarmUp: Death = { at: ({ dialect }) => (dialect === "sglang" ? "warm-up" : "graphs"), lines: () => [], end: "hang" };

/** An illegal memory access under load, reported by whichever call synchronises next. */
export const dieMidRun: Death = {
  at: () => 20,
  lines: (settings) => [
    raw("stderr", "\n"),
    ...traceback(
      settings,
      settings.dialect === "vllm"
        ? [
            ...CAPTURE_FRAMES.slice(0, 1),
            ["v1/worker/gpu_model_runner.py", 3411, "execute_model", "valid_sampled_token_ids = self._bookkeeping_sync("],
          ]
        : [
            ["managers/scheduler.py", 2811, "run_scheduler_process", "scheduler.event_loop_overlap()"],
            ["managers/scheduler.py", 2210, "run_batch", "batch_result = self.model_worker.forward_batch_generation("],
          ],
      "torch.AcceleratorError: CUDA error: an illegal memory access was encountered",
    ),
  ],
  end: { exit: 1 },
};
