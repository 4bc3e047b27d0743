import type { Axis } from "./axis.ts";
import { COUNT, number } from "./number.ts";
import { sglangField, vllmArgument, vllmField } from "./reading.ts";

/** GPUs that share each layer. */
export const tensorParallel = sizes("tensor-parallel", "GPUs that share each layer", "tp_size", "--tp-size", "tensor_parallel_size");
/** Groups of GPUs that hold consecutive layers. */
export const pipelineParallel = sizes(
  "pipeline-parallel",
  "groups of GPUs that hold consecutive layers",
  "pp_size",
  "--pp-size",
  "pipeline_parallel_size",
);
/** Whole copies of the model, or of its attention. */
export const dataParallel = sizes("data-parallel", "copies of the model", "dp_size", "--dp-size", "data_parallel_size");

/** Experts spread over the GPUs instead of each expert sliced. vLLM takes every GPU it has, SGLang a size. */
export const expertParallel: Axis = {
  id: "expert-parallel",
  title: "experts spread over GPUs: `on` or `off` in vLLM, a size in SGLang",
  values: ["on", "off", "1", "2", "4", "8", "16", "32"],
  reference: "off",
  engines: {
    sglang: [
      {
        values: Object.fromEntries(
          ["1", "2", "4", "8", "16", "32"].map((size) => [
            size,
            { args: ["--ep-size", size], proof: { readings: sglangField("ep_size", "(\\d+)", "$1") } },
          ]),
        ),
        refusals: Object.fromEntries(["on", "off"].map((value) => [value, "SGLang takes a number of GPUs, 1 for none"])),
        source: "sglang --help of 0.5.4 to 0.5.23",
      },
    ],
    vllm: [
      {
        values: {
          on: { args: ["--enable-expert-parallel"], proof: { readings: [vllmArgument("enable_expert_parallel", "True", "on")] } },
          off: { args: [], proof: { readings: [vllmArgument("enable_expert_parallel", "True", "on")], silenceProves: true } },
        },
        refusals: "vLLM takes on or off; the size follows from tensor and data parallelism",
        source: "vLLM --help of 0.13 to 0.32",
      },
    ],
  },
};

function sizes(id: string, title: string, field: string, flag: string, argument: string): Axis {
  return {
    id,
    title,
    values: { ...COUNT, example: "4" },
    reference: "1",
    engines: {
      // Every SGLang registers the short names; 0.5.4 to 0.5.10 print the long ones first.
      sglang: [number(flag, sglangField(field, "(\\d+)", "$1"))],
      vllm: [number(`--${argument.replaceAll("_", "-")}`, [vllmField(argument, "(\\d+)", "$1")])],
    },
  };
}
