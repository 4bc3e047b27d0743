import type { Axis, Carrying } from "./axis.ts";
import { reading, sglangField } from "./reading.ts";

/** Guessing tokens ahead. A draft model, where the method needs one, is named in `launch.args`. */
export const speculativeDecoding: Axis = {
  id: "speculative-decoding",
  title: "guessing tokens ahead",
  values: ["off", "ngram", "mtp", "eagle", "eagle3"],
  reference: "off",
  engines: {
    sglang: [
      {
        values: {
          off: { args: [], proof: { readings: sglang(), silenceProves: true } },
          ngram: algorithm("NGRAM"),
          mtp: { ...algorithm("NEXTN"), note: "SGLang resolves NEXTN to EAGLE with the model's own layer" },
          eagle: algorithm("EAGLE"),
          eagle3: algorithm("EAGLE3"),
        },
        source: "sglang --help of 0.5.4 to 0.5.10; later ones take any name",
      },
    ],
    vllm: [
      {
        values: {
          off: { args: [], proof: { readings: vllm(), silenceProves: true } },
          ngram: method("ngram", "--speculative-config.prompt_lookup_max=4"),
          mtp: method("mtp"),
          eagle: method("eagle"),
          eagle3: method("eagle3"),
        },
        source: "vLLM config/speculative.py of 0.13 to 0.28",
      },
    ],
  },
};

function algorithm(name: string): Carrying {
  return { args: ["--speculative-algorithm", name], proof: { readings: sglang() } };
}

function sglang() {
  return [
    ...sglangField("speculative_algorithm", "NGRAM", "ngram"),
    ...sglangField("speculative_algorithm", "NEXTN", "mtp"),
    ...sglangField("speculative_algorithm", "EAGLE3", "eagle3"),
    ...sglangField("speculative_algorithm", "EAGLE", "eagle"),
  ];
}

function method(name: string, ...more: readonly string[]): Carrying {
  return {
    args: [`--speculative-config.method=${name}`, "--speculative-config.num_speculative_tokens=3", ...more],
    proof: { readings: vllm() },
  };
}

function vllm() {
  return [
    reading(/Initializing a V\d LLM engine .*\bspeculative_config=SpeculativeConfig\(method='(\w+)'/, "$1"),
    reading(/Initializing a V\d LLM engine .*\bspeculative_config=None/, "off"),
  ];
}
