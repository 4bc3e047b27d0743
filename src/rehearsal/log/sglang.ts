import type { Scenario, ScriptedPhase } from "../scenario.ts";
import type { Settings } from "../settings.ts";
import { inVersions } from "../versions.ts";
import { type Line, progress, raw } from "./line.ts";
import { sglangGraphSteps } from "./sglang-graphs.ts";
import { sglangLine } from "./sglang-line.ts";
import { type Step, onRanks, repr } from "./step.ts";

/** Start-up of SGLang, in the order and words of its own log. Seconds are the scenario's, before `speed`. */
export function sglangSteps(settings: Settings, scenario: Scenario): Step[] {
  const { effective, version, resolved } = settings;
  const tp = Number(effective["tensor-parallel"]);
  const seconds = (phase: ScriptedPhase): number => scenario.phases[phase] ?? 0;
  const rank0 = tp === 1 ? undefined : "TP0";
  const first = (text: string): Line => sglangLine(rank0, text);
  const main = (text: string): Line => sglangLine(undefined, text);
  const ranks = (text: (rank: number) => string): Line[] =>
    onRanks(tp, (rank) => sglangLine(tp === 1 ? undefined : `TP${rank}`, text(rank)));
  const timed = (took: number): string => (inVersions(version, ">=0.5.9") ? `elapsed=${took.toFixed(2)} s, ` : "");
  const shards = 30;
  const fp8 = String(effective["kv-cache-dtype"]).startsWith("fp8");
  return [
    {
      phase: "arguments",
      share: 1,
      crisis: true,
      lines: [
        // Deprecations are printed in yellow before logging is configured.
        ...settings.warnings.filter((text) => text.includes("deprecated")).map((text) => raw("stderr", `\u001b[33m${text}\u001b[0m\n`)),
        ...settings.warnings.filter((text) => !text.includes("deprecated")).map(main),
        main(
          `server_args=ServerArgs(${Object.entries(resolved)
            .map(([name, value]) => `${name}=${repr(value)}`)
            .join(", ")})`,
        ),
        main("Using default HuggingFace chat template with detected content format: string"),
      ],
    },
    { phase: "distributed", share: 1, crisis: true, lines: ranks(() => "Init torch distributed begin.") },
    {
      phase: "distributed",
      share: 0,
      lines: [
        ...onRanks(tp, (rank) =>
          raw(
            "stdout",
            `[Gloo] Rank ${rank} is connected to ${tp - 1} peer ranks. Expected number of connected peer ranks is : ${tp - 1}\n`,
          ),
        ),
        ...(tp === 1 ? [] : [first("sglang is using nccl==2.27.3")]),
        ...ranks(() => `Init torch distributed ends. ${timed(seconds("distributed"))}mem usage=1.96 GB`),
        first("MOE_RUNNER_BACKEND is not initialized, the backend will be automatically selected"),
      ],
    },
    {
      phase: "weights",
      share: 0.1,
      lines: [...ranks(() => "Load weight begin. avail mem=176.34 GB"), first("Using model weights format ['*.safetensors']")],
    },
    ...[0, 10, 20].map((done): Step => ({
      phase: "weights",
      share: 0.3,
      lines: progress("Loading safetensors checkpoint shards", shards, [done], "it", seconds("weights")),
      ...(done === 10 ? { crisis: true } : {}),
    })),
    {
      phase: "weights",
      share: 0,
      lines: [
        ...progress("Loading safetensors checkpoint shards", shards, [shards], "it", seconds("weights")),
        raw("stderr", "\n"),
        ...ranks(
          () =>
            `Load weight end. ${timed(seconds("weights"))}type=${settings.architecture}, dtype=torch.bfloat16, avail mem=158.91 GB, mem usage=17.43 GB.`,
        ),
      ],
    },
    {
      phase: "kv-cache",
      share: 1,
      crisis: true,
      lines: [first(`Using KV cache dtype: torch.${fp8 ? "float8_e4m3fn" : "bfloat16"}`)],
    },
    {
      phase: "kv-cache",
      share: 0,
      lines: [
        ...ranks(() => `KV Cache is allocated. #tokens: ${fp8 ? 4_486_948 : 2_243_474}, K size: 59.91 GB, V size: 59.91 GB`),
        first("Memory pool end. avail mem=40.03 GB"),
        ...(settings.fallbackWarning === undefined ? [] : ranks(() => settings.fallbackWarning ?? "")),
      ],
    },
    ...sglangGraphSteps(settings, seconds("graphs")),
    {
      phase: "graphs",
      share: 0,
      lines: [
        first(
          `max_total_num_tokens=${fp8 ? 4_486_948 : 2_243_474}, chunked_prefill_size=${effective["max-batched-tokens"]}, max_prefill_tokens=16384, ` +
            `max_running_requests=${effective["max-sequences"]}, context_len=${effective["context-length"]}, available_gpu_mem=36.12 GB`,
        ),
      ],
    },
    {
      phase: "http",
      share: 1,
      crisis: true,
      lines: [main(`INFO:     Started server process [${process.pid}]`), main("INFO:     Waiting for application startup.")],
    },
  ];
}

/** Printed when uvicorn listens; the built-in warm-up follows, and only its end means ready. */
export function sglangListening(settings: Settings): Line[] {
  return [
    sglangLine(undefined, "INFO:     Application startup complete."),
    sglangLine(undefined, `INFO:     Uvicorn running on http://${settings.host}:${settings.port} (Press CTRL+C to quit)`),
  ];
}

/** The warm-up: a model query, one generation of eight tokens, and the only line that means ready. */
export function sglangWarmUp(settings: Settings): Step[] {
  const first = (text: string): Line => sglangLine(Number(settings.effective["tensor-parallel"]) === 1 ? undefined : "TP0", text);
  const main = (text: string): Line => sglangLine(undefined, text);
  const info = inVersions(settings.version, ">=0.5.6") ? "/model_info" : "/get_model_info";
  return [
    {
      phase: "warm-up",
      share: 1,
      crisis: true,
      lines: [
        main(`INFO:     127.0.0.1:45862 - "GET ${info} HTTP/1.1" 200 OK`),
        first("Prefill batch, #new-seq: 1, #new-token: 6, #cached-token: 0, token usage: 0.00, #running-req: 0, #queue-req: 0, "),
      ],
    },
    {
      phase: "warm-up",
      share: 0,
      lines: [main('INFO:     127.0.0.1:45864 - "POST /generate HTTP/1.1" 200 OK'), main("The server is fired up and ready to roll!")],
    },
  ];
}
