import type { Scenario, ScriptedPhase } from "../scenario.ts";
import type { Settings } from "../settings.ts";
import { inVersions } from "../versions.ts";
import { type Line, progress, raw } from "./line.ts";
import { type Step, onRanks, repr } from "./step.ts";
import { attentionText, configText } from "./vllm-config.ts";
import { vllmGraphSteps } from "./vllm-graphs.ts";
import { vllmLine } from "./vllm-line.ts";

/** Start-up of vLLM, in the order and words of its own log. Seconds are the scenario's, before `speed`. */
export function vllmSteps(settings: Settings, scenario: Scenario, args: Readonly<Record<string, unknown>>): Step[] {
  const { effective, version, model } = settings;
  const tp = Number(effective["tensor-parallel"]);
  const seconds = (phase: ScriptedPhase): number => scenario.phases[phase] ?? 0;
  const api = (place: string, text: string, level?: Line["level"]): Line => vllmLine("APIServer", place, text, level);
  const core = (place: string, text: string): Line => vllmLine("EngineCore", place, text);
  const worker = tp === 1 ? "EngineCore" : "Worker_TP0";
  const ranks = (place: string, text: (rank: number) => string): Line[] =>
    onRanks(tp, (rank) => vllmLine(tp === 1 ? "EngineCore" : `Worker_TP${rank}`, place, text(rank)));
  const first = (place: string, text: string): Line => vllmLine(worker, place, text);
  const banner = inVersions(version, ">=0.15")
    ? api("utils.py:325", `vLLM server version ${version}, serving model ${model}`)
    : api("api_server.py:1977", `vLLM API server version ${version}`);
  const shards = 64;
  return [
    {
      phase: "arguments",
      share: 1,
      lines: [
        banner,
        api("utils.py:253", `non-default args: ${repr(args)}`),
        ...settings.warnings.map((text) => api("envs.py:1630", text, "WARNING")),
        api("model.py:631", `Resolved architecture: ${settings.architecture}`),
        api("model.py:1745", `Using max model len ${effective["context-length"]}`),
        api("scheduler.py:216", `Chunked prefill is enabled with max_num_batched_tokens=${effective["max-batched-tokens"]}.`),
        ...(effective.eager === "on"
          ? [
              api(
                "vllm.py:641",
                "Enforce eager set, disabling torch.compile and CUDAGraphs. This is equivalent to setting -cc.mode=none -cc.cudagraph_mode=none",
                "WARNING",
              ),
            ]
          : []),
      ],
    },
    {
      phase: "distributed",
      share: 0.5,
      lines: [core("core.py:93", `Initializing a V1 LLM engine (v${version}) with config: ${configText(settings)}`)],
    },
    {
      phase: "distributed",
      share: 0.5,
      crisis: true,
      lines: [
        ...ranks(
          "parallel_state.py:1208",
          (rank) => `world_size=${tp} rank=${rank} local_rank=${rank} distributed_init_method=tcp://127.0.0.1:39171 backend=nccl`,
        ),
        ...onRanks(tp, (rank) =>
          raw(
            "stdout",
            `[Gloo] Rank ${rank} is connected to ${tp - 1} peer ranks. Expected number of connected peer ranks is : ${tp - 1}\n`,
          ),
        ),
        first("pynccl.py:111", "vLLM is using nccl==2.28.9"),
        ...(tp === 1
          ? []
          : [
              first(
                "cuda_communicator.py:104",
                `Using ${repr(settings.allReduceBackends)} all-reduce backends (in dispatch order) for group 'tp:0' out of potential backends: ` +
                  "['NCCL_SYMM_MEM', 'QUICK_REDUCE', 'FLASHINFER', 'AITER', 'CUSTOM', 'SYMM_MEM', 'PYNCCL']",
              ),
            ]),
      ],
    },
    {
      phase: "weights",
      share: 0.1,
      lines: [first("gpu_model_runner.py:2933", `Starting to load model ${model}...`), first("cuda.py:480", attentionText(settings))],
    },
    ...[0, 16, 32, 48].map((done): Step => ({
      phase: "weights",
      share: 0.2,
      lines: progress("Loading safetensors checkpoint shards", shards, [done], "it", seconds("weights")),
      ...(done === 32 ? { crisis: true } : {}),
    })),
    {
      phase: "weights",
      share: 0.1,
      lines: [
        ...progress("Loading safetensors checkpoint shards", shards, [shards], "it", seconds("weights")),
        first("default_loader.py:384", `Loading weights took ${(seconds("weights") * 0.9).toFixed(2)} seconds`),
        ...ranks(
          "gpu_model_runner.py:4879",
          (rank) => `Model loading took 71.22 GiB memory and ${(seconds("weights") + rank * 0.21).toFixed(6)} seconds`,
        ),
      ],
    },
    ...(effective.eager === "on"
      ? []
      : ([
          {
            phase: "compile",
            share: 0.4,
            lines: [
              first(
                "backends.py:1069",
                "Using cache directory: /root/.cache/vllm/torch_compile_cache/7b98594710/rank_0_0/backbone for vLLM's torch.compile",
              ),
            ],
          },
          {
            phase: "compile",
            share: 0.6,
            crisis: true,
            lines: ranks("backends.py:1128", () => `Dynamo bytecode transform time: ${(seconds("compile") * 0.4).toFixed(2)} s`),
          },
          {
            phase: "compile",
            share: 0,
            lines: [
              first(
                "backends.py:292",
                `Compiling a graph for compile range (1, ${effective["max-batched-tokens"]}) takes ${(seconds("compile") * 0.6).toFixed(2)} s`,
              ),
              first("monitor.py:53", `torch.compile took ${seconds("compile").toFixed(2)} s in total`),
            ],
          },
        ] satisfies Step[])),
    { phase: "kv-cache", share: 1, crisis: true, lines: ranks("gpu_worker.py:355", () => "Available KV cache memory: 88.41 GiB") },
    {
      phase: "kv-cache",
      share: 0,
      lines: [
        core("kv_cache_utils.py:1291", `GPU KV cache size: ${effective["kv-cache-dtype"] === "auto" ? "1,316,992" : "2,633,984"} tokens`),
        core(
          "kv_cache_utils.py:1296",
          `Maximum concurrency for ${Number(effective["context-length"]).toLocaleString("en-US")} tokens per request: 32.15x`,
        ),
      ],
    },
    { phase: "autotune", share: 1, crisis: true, lines: [raw("stdout", "[Autotuner]: Autotuning process starts ...\n")] },
    { phase: "autotune", share: 0, lines: [raw("stdout", "[Autotuner]: Autotuning process ends\n")] },
    ...vllmGraphSteps(settings, first, seconds("graphs")),
    {
      phase: "http",
      share: 1,
      crisis: true,
      lines: [
        core(
          "core.py:282",
          `init engine (profile, create kv cache, warmup model) took ${(seconds("compile") + seconds("kv-cache") + seconds("autotune") + seconds("graphs")).toFixed(2)} seconds`,
        ),
        api("api_server.py:680", `Starting vLLM server on http://${settings.host}:${settings.port}`),
        api("launcher.py:37", "Available routes are:"),
        ...[
          "/health, Methods: GET",
          "/metrics, Methods: GET",
          "/v1/models, Methods: GET",
          "/v1/completions, Methods: POST",
          "/v1/chat/completions, Methods: POST",
        ].map((route) => api("launcher.py:46", `Route: ${route}`)),
      ],
    },
  ];
}

/** Printed when the socket listens. */
export function vllmReady(pid: number): Line[] {
  const plain = (text: string): Line => ({ to: "stderr", who: "APIServer", text: `INFO:     ${text}` });
  return [plain(`Started server process [${pid}]`), plain("Waiting for application startup."), plain("Application startup complete.")];
}
