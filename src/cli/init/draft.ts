import { stringify } from "yaml";
import type { EngineId } from "../../model/index.ts";
import type { Given } from "./command-line.ts";

/** Everything a configuration is drafted from, each with where it is known from. */
export interface Findings {
  readonly given: Given;
  readonly foundBy: string;
  readonly engineVersion?: string;
  readonly gpus?: { readonly name?: string; readonly count: number; readonly foundBy: string };
  /** Toggles that plan with the given flags, and those that do not, with the reason. */
  readonly axes: readonly Toggle[];
  readonly left: readonly { readonly axis: string; readonly because: string }[];
}

export interface Toggle {
  readonly axis: string;
  readonly values: readonly string[];
  readonly why: string;
}

/** Toggles worth trying first, per engine; several GPUs bring those that only count there. */
export function togglesFor(engine: EngineId, gpus: number | undefined): readonly Toggle[] {
  const several = gpus === undefined || gpus > 1;
  const reduce: Toggle = {
    axis: "custom-all-reduce",
    values: ["on", "off"],
    why: "the engine's own all-reduce kernels against plain NCCL",
  };
  const graphs: Toggle = { axis: "piecewise-cuda-graph", values: ["on", "off"], why: "prefill graphs, where most crashes of 2026 were" };
  switch (engine) {
    case "sglang":
      return [
        graphs,
        { axis: "attention-backend", values: ["cutlass", "fa2"], why: "the kernels of prefill" },
        ...(several ? [reduce] : []),
      ];
    case "vllm":
      return [graphs, ...(several ? [reduce] : [])];
    case "transformers":
      return [
        { axis: "attention-implementation", values: ["eager", "sdpa"], why: "plain attention is the reference" },
        { axis: "continuous-batching", values: ["on", "off"], why: "requests served together, or one by one" },
      ];
    case "rehearsal":
    case "command":
      return [];
    default:
      return engine satisfies never;
  }
}

/** A configuration with a comment at everything that was found out or may be changed. Parses as it stands. */
export function draft({ given, foundBy, engineVersion, gpus, axes, left }: Findings): string {
  const version =
    engineVersion === undefined ? "not installed here: its version is asked where it runs" : `version ${engineVersion} is installed`;
  const matrix = axes.map(({ axis, values, why }) => `  ${axis}: ${flow(values)} # ${why}`);
  const leftOut = left.map(({ axis, because }) => `# ${axis} is left out: ${because}`);
  const lines = [
    `# Drafted by \`servegate init\` from ${foundBy}. \`servegate plan\` shows what it does; the README lists every key.`,
    "version: 1",
    `engine: ${given.engine} # ${given.engine === "command" ? "any server with an OpenAI-compatible endpoint" : version}`,
    `model: ${flow(given.model)}`,
    "launch:",
    ...(given.prefix.length === 0 ? [] : [`  prefix: ${flow(given.prefix)}`]),
    ...(given.command === undefined ? [] : [`  command: ${flow(given.command)}`]),
    ...(given.args.length === 0 ? [] : [`  args: ${flow(given.args)} # host, port and served name are Servegate's to set`]),
    ...(Object.keys(given.env).length === 0 ? [] : [`  env: ${flow(given.env)}`]),
    "  ready-timeout: 20m # weights, compilation and tuning together; a large model on cold caches may need 60m",
    "  stall-timeout: 5m # without any sign of progress; DeepGEMM and autotuning on cold caches may need 25m",
    ...(gpus === undefined
      ? ["# machine: { gpu: NVIDIA B200, count: 8 } # no GPU was found here, and no flag says how many"]
      : [`machine: ${flow({ ...(gpus.name === undefined ? {} : { gpu: gpus.name }), count: gpus.count })} # ${gpus.foundBy}`]),
    ...(matrix.length === 0 ? ["# matrix: one cell, the server as it is"] : ["matrix:", ...matrix]),
    ...leftOut,
    "smoke: {} # does it answer, stream, stop and serve several at once",
    "accuracy: [{ dataset: arithmetic, questions: 200 }] # built in; a JSONL file of your own says more",
    ...(given.engine === "vllm" || given.engine === "sglang" ? ["# numerics: {} # finds engines that answer fluently and wrongly"] : []),
    "throughput: [{ input: 1024, output: 256, concurrency: [1, 16] }]",
    "launches: 1 # 3 or more make intervals from launch to launch",
    "baseline: none # `{ from: main }`, `{ history: ./history }` or `{ rebuild: { base: [...], head: [...] } }`",
    "gates:",
    "  - accuracy >= 80%",
    "  # With a baseline:",
    "  # - output_throughput drops no more than 3%",
    "  # - ttft_p50 rises no more than 5% and 20 ms",
    "  # - accuracy drops no more than 1 point",
  ];
  return `${lines.join("\n")}\n`;
}

/** One line of YAML. */
function flow(value: unknown): string {
  return stringify(value, { collectionStyle: "flow", lineWidth: 0, flowCollectionPadding: false }).trimEnd();
}
