import type { Axis, Carrying, Proof, Translation } from "./axis.ts";
import { reading, sglangField, vllmField } from "./reading.ts";

/** No graphs and no compilation at all: the plainest way to run, and the slowest. */
export const eager: Axis = {
  id: "eager",
  title: "eager execution, without CUDA graphs and compilation",
  values: ["on", "off"],
  reference: "on",
  engines: { sglang: sglang(), vllm: vllm(), transformers: transformers() },
  owns: {
    sglang: ["--disable-cuda-graph", "--cuda-graph-config", "--enable-torch-compile"],
    vllm: ["--compilation-config.mode", "--optimization-level"],
  },
};

function contradiction(): Translation {
  const on = "eager=on switches every CUDA graph off, piecewise-cuda-graph=on asks for some";
  return {
    given: { "piecewise-cuda-graph": "on" },
    values: {},
    refusals: { on },
    source: "the two contradict each other in every version",
  };
}

function sglang(): Translation[] {
  const off: Carrying = { args: [], proof: { readings: sglangReadings() } };
  const on = (...args: string[]): Carrying => ({ args, proof: { readings: sglangReadings(), silenceProves: true } });
  return [
    contradiction(),
    {
      versions: ">=0.5.14",
      values: { on: on("--cuda-graph-backend-decode=disabled", "--cuda-graph-backend-prefill=disabled"), off },
      source: "sglang #23906; #38375 took --disable-cuda-graph off the command line",
    },
    {
      versions: ">=0.5.10,<0.5.14",
      // The one flag leaves piecewise graphs on, which are the default in these versions.
      values: { on: on("--disable-cuda-graph", "--disable-piecewise-cuda-graph"), off },
      source: "sglang #16331",
    },
    { versions: "<0.5.10", values: { on: on("--disable-cuda-graph"), off }, source: "sglang 0.5.4 server_args.py: --disable-cuda-graph" },
  ];
}

function sglangReadings(): Proof["readings"] {
  return [
    reading(/Capture (?:target )?(?:decode CUDA|cuda) graph begin/, "off"),
    reading(/Capture (?:target )?(?:prefill|piecewise) CUDA graph begin/, "off"),
    ...sglangField("disable_cuda_graph", "(?:true|True)", "on"),
  ];
}

function vllm(): Translation[] {
  const proof: Proof = {
    readings: [
      reading(/Graph capturing finished in/, "off"),
      reading(/Enforce eager set|Cudagraph is disabled under eager mode/, "on"),
      vllmField("enforce_eager", "True", "on"),
      vllmField("enforce_eager", "False", "off"),
    ],
  };
  return [
    contradiction(),
    {
      values: { on: { args: ["--enforce-eager"], proof }, off: { args: [], proof } },
      source: "vLLM --enforce-eager, the same as -cc.mode=none -cc.cudagraph_mode=none",
    },
  ];
}

function transformers(): Translation[] {
  return [{ values: { on: { args: [] }, off: { args: ["--compile"] } }, source: "transformers 5.23 cli/serve.py: eager unless --compile" }];
}
