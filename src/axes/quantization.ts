import type { Axis, Carrying } from "./axis.ts";
import { sglangField, vllmArgument, vllmField } from "./reading.ts";

// Asking for what the checkpoint says cannot fail to take effect.
const auto: Carrying = { args: [], proof: { readings: [], silenceProves: true } };
const SGLANG = ["fp8", "modelopt", "modelopt_fp4", "compressed-tensors", "mxfp4", "w4afp8", "awq", "gptq"];
const SGLANG_SINCE_0_5_18 = ["mxfp8", "modelopt_fp8"];
const VLLM = ["fp8", "modelopt", "modelopt_fp4", "compressed-tensors", "mxfp4", "awq", "gptq"];
const TRANSFORMERS = ["bnb-4bit", "bnb-8bit"];

/** Quantisation method; `auto` leaves it to what the checkpoint says. */
export const quantization: Axis = {
  id: "quantization",
  title: "quantisation of the weights",
  values: ["auto", ...new Set([...SGLANG, ...SGLANG_SINCE_0_5_18, ...VLLM, ...TRANSFORMERS])],
  reference: "auto",
  engines: {
    sglang: [
      {
        versions: ">=0.5.18",
        values: table([...SGLANG, ...SGLANG_SINCE_0_5_18], sglang),
        source: "sglang 0.5.18 server_args.py: QUANTIZATION_CHOICES",
      },
      {
        versions: "<0.5.18",
        values: table(SGLANG, sglang),
        refusals: Object.fromEntries(
          SGLANG_SINCE_0_5_18.map((value) => [value, `${value} was first seen among the choices of SGLang 0.5.18`]),
        ),
        source: "sglang 0.5.4 server_args.py: --quantization",
      },
    ],
    vllm: [{ values: table(VLLM, vllm), source: "vLLM --quantization" }],
    transformers: [{ values: table(TRANSFORMERS, plain), source: "transformers 5.23 cli/serve.py" }],
  },
};

function table(values: readonly string[], carry: (value: string) => Carrying): Record<string, Carrying> {
  return { auto, ...Object.fromEntries(values.map((value) => [value, carry(value)])) };
}

function plain(value: string): Carrying {
  return { args: ["--quantization", value] };
}

function sglang(value: string): Carrying {
  return { ...plain(value), proof: { readings: sglangField("quantization", "([\\w-]+)", "$1") } };
}

/** vLLM may replace a method by a faster one for the same checkpoint, awq by awq_marlin: a fallback, and shown as one. */
function vllm(value: string): Carrying {
  return {
    ...plain(value),
    proof: { readings: [vllmField("quantization", "([\\w-]+)", "$1"), vllmArgument("quantization", "([\\w-]+)", "$1")] },
  };
}
