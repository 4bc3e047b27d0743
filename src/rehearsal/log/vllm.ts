import type { Scenario, ScriptedPhase } from "../scenario.ts";
import type { Settings } from "../settings.ts";
import { inVersions } from "../versions.ts";
import { type Dress, type Line, progress, raw, two } from "./line.ts";
import { type Step, onRanks, repr } from "./step.ts";

/** `(Worker_TP0 pid=N) INFO 11-21 10:00:00 [place] text`; the core was called `EngineCore_DP0` before 0.17. */
export function dressVllm(version: string): Dress {
  const core = inVersions(version, "<0.17") ? "EngineCore_DP0" : "EngineCore";
  return (line, now, pids) => {
    if (line.raw === true) return line.text;
    const name = line.who === "EngineCore" ? core : line.who;
    const prefix = line.who === undefined ? "" : `(${name} pid=${pids[line.who] ?? 0}) `;
    if (line.level === undefined) return `${prefix}${line.text}\n`;
    const time = `${two(now.getMonth() + 1)}-${two(now.getDate())} ${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}`;
    return `${prefix}${line.level} ${time} [${line.place}] ${line.text}\n`;
  };
}

/** A logger's line; vLLM logs to stdout. */
export function vllmLine(who: string, place: string, text: string, level: Line["level"] = "INFO"): Line {
  return { to: "stdout", who, place, text, level: level ?? "INFO" };
}

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
    ...graphSteps(settings, first, seconds("graphs")),
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

function graphSteps(settings: Settings, first: (place: string, text: string) => Line, seconds: number): Step[] {
  const prefill = settings.effective["prefill-graph-backend"] === "piecewise";
  const steps: Step[] = [];
  const total = 51;
  if (prefill) {
    const label = "Capturing CUDA graphs (mixed prefill-decode, PIECEWISE)";
    steps.push({ phase: "graphs", share: 0.3, lines: progress(label, total, [0], "it", seconds / 2) });
    steps.push({ phase: "graphs", share: 0.3, crisis: true, lines: progress(label, total, [27], "it", seconds / 2) });
    steps.push({ phase: "graphs", share: 0, lines: progress(label, total, [total], "it", seconds / 2) });
  }
  if (settings.effective["decode-graph"] === "on" && settings.resolved["compilation_config"] !== undefined) {
    const label = "Capturing CUDA graphs (decode, FULL)";
    steps.push({
      phase: "graphs",
      share: 0.4,
      ...(prefill ? {} : { crisis: true }),
      lines: progress(label, 35, [0, 17], "it", seconds / 2),
    });
    steps.push({ phase: "graphs", share: 0, lines: progress(label, 35, [35], "it", seconds / 2) });
  }
  if (steps.length === 0) return [];
  const registering =
    settings.effective["all-reduce"] === "on" ? [first("custom_all_reduce.py:215", "Registering 5049 cuda graph addresses")] : [];
  return [
    ...steps,
    {
      phase: "graphs",
      share: 0,
      lines: [...registering, first("gpu_model_runner.py:5246", `Graph capturing finished in ${Math.round(seconds)} secs, took 3.10 GiB`)],
    },
  ];
}

function attentionText(settings: Settings): string {
  const backend = String(settings.effective["attention-backend"]);
  const potential = backend.endsWith("MLA")
    ? ["FLASHINFER_MLA", "TOKENSPEED_MLA", "CUTLASS_MLA", "FLASH_ATTN_MLA"]
    : ["FLASHINFER", "FLASH_ATTN", "TRITON_ATTN", "FLEX_ATTENTION"];
  return `Using ${backend} attention backend out of potential backends: ${repr(potential)}.`;
}

function configText({ resolved, effective, model, version }: Settings): string {
  const compilation = resolved["compilation_config"] as { cudagraph_mode: string; pass_config: { fuse_allreduce_rms: boolean } };
  const fields: Record<string, unknown> = {
    model,
    tokenizer: model,
    max_seq_len: effective["context-length"],
    tensor_parallel_size: effective["tensor-parallel"],
    disable_custom_all_reduce: resolved["disable_custom_all_reduce"],
    quantization: resolved["quantization"],
    enforce_eager: resolved["enforce_eager"],
    kv_cache_dtype: effective["kv-cache-dtype"],
    seed: resolved["seed"],
    served_model_name: resolved["served_model_name"],
    enable_prefix_caching: resolved["enable_prefix_caching"],
  };
  const plain = Object.entries(fields).map(([name, value]) => `${name}=${name === "kv_cache_dtype" ? String(value) : repr(value)}`);
  const fuse = inVersions(version, "<=0.12") ? "enable_fi_allreduce_fusion" : "fuse_allreduce_rms";
  return (
    `${plain.join(", ")}, compilation_config={'mode': <CompilationMode.VLLM_COMPILE: 3>, 'cudagraph_mode': ` +
    `<CUDAGraphMode.${compilation.cudagraph_mode}: ${graphModeValue(compilation.cudagraph_mode)}>, ` +
    `'pass_config': {'${fuse}': ${repr(compilation.pass_config.fuse_allreduce_rms)}}}`
  );
}

function graphModeValue(mode: string): string {
  return { NONE: "0", PIECEWISE: "1", FULL: "2", FULL_DECODE_ONLY: "(2, 0)", FULL_AND_PIECEWISE: "(2, 1)" }[mode] ?? "0";
}
