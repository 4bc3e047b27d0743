import type { Axis, Proof, Translation } from "./axis.ts";
import { reading, sglangField, vllmField } from "./reading.ts";

/** CUDA graphs for prefill. Decode graphs stay as they are in both values, so that a difference is the prefill's. */
export const piecewiseCudaGraph: Axis = {
  id: "piecewise-cuda-graph",
  title: "CUDA graphs for prefill",
  values: ["on", "off"],
  reference: "off",
  engines: { sglang: sglang(), vllm: vllm() },
  owns: {
    sglang: ["--disable-cuda-graph", "--cuda-graph-config", "--enable-breakable-cuda-graph", "--enforce-piecewise-cuda-graph"],
    vllm: ["--enforce-eager", "--optimization-level", "--compilation-config.mode", "VLLM_USE_BREAKABLE_CUDAGRAPH"],
  },
};

function sglang(): Translation[] {
  const locked = "an explicit prefill backend switches off SGLang's own rescue of models that cannot use it";
  return [
    {
      versions: ">=0.5.15",
      values: {
        on: { args: ["--cuda-graph-backend-prefill=breakable"], proof: newProof("on"), note: locked },
        off: { args: ["--cuda-graph-backend-prefill=disabled"], proof: newProof("off") },
      },
      source: "sglang #29458 (breakable is the default on CUDA); #38375 removed the old flags",
    },
    {
      versions: ">=0.5.14,<0.5.15",
      values: {
        on: { args: ["--cuda-graph-backend-prefill=tc_piecewise"], proof: newProof("on"), note: locked },
        off: { args: ["--cuda-graph-backend-prefill=disabled"], proof: newProof("off") },
      },
      source: "sglang #23906 (--enable-piecewise-cuda-graph is no longer registered)",
    },
    {
      versions: ">=0.5.10,<0.5.14",
      values: {
        // `--enforce-piecewise-cuda-graph` would also force models for which SGLang knows that it fails; nobody ships that.
        on: { args: [], proof: oldProof("on"), note: "on by default in these versions; SGLang may switch it off by itself" },
        off: { args: ["--disable-piecewise-cuda-graph"], proof: oldProof("off") },
      },
      source: "sglang #16331 (on by default)",
    },
    {
      versions: ">=0.5.4,<0.5.10",
      values: {
        on: { args: ["--enable-piecewise-cuda-graph"], proof: oldProof("on") },
        off: { args: [], proof: oldProof("off"), note: "off by default in these versions" },
      },
      source: "sglang #10062 (off by default)",
    },
    {
      versions: "<0.5.4",
      values: { off: { args: [], proof: oldProof("off") } },
      refusals: { on: "piecewise CUDA graphs arrived in SGLang 0.5.4" },
      source: "sglang #10062",
    },
  ];
}

/** With the graphs off there is nothing to capture; the line that gives the reason is not printed in every version. */
function newProof(value: "on" | "off"): Proof {
  return {
    readings: [
      reading(/Capture (?:target |draft )?prefill CUDA graph begin\. backend=(?:breakable|tc_piecewise|full)/, "on"),
      reading(/Disabl(?:e|ing) prefill CUDA graph\b/, "off"),
      reading(/disabling prefill CUDA graph/, "off"),
    ],
    silenceProves: value === "off",
  };
}

function oldProof(value: "on" | "off"): Proof {
  return {
    readings: [
      // 0.5.4 announces the sizes only; later releases announce the capture too.
      reading(/Capture piecewise CUDA graph begin|Capture cuda graph num tokens \[|Capturing num tokens \(/, "on"),
      reading(/Disable piecewise CUDA graph because/, "off"),
      ...sglangField("disable_piecewise_cuda_graph", "(?:true|True)", "off"),
    ],
    silenceProves: value === "off",
  };
}

function vllm(): Translation[] {
  const flag = "--compilation-config.cudagraph_mode";
  return [
    {
      versions: ">=0.11",
      values: {
        on: { args: [`${flag}=FULL_AND_PIECEWISE`], proof: vllmProof() },
        // Decode graphs only: the counterpart of SGLang's disabled prefill backend. NONE would take the decode graphs too.
        off: { args: [`${flag}=FULL_DECODE_ONLY`], proof: vllmProof() },
      },
      source: "vLLM compilation config: cudagraph_mode, FULL_AND_PIECEWISE by default since 0.11",
    },
  ];
}

// 0.11 printed the mode as numbers: [2, 1] FULL_AND_PIECEWISE, [2, 0] FULL_DECODE_ONLY, 1 PIECEWISE, 0 NONE.
function vllmProof(): Proof {
  return {
    readings: [
      reading(/Capturing (?:prefill )?CUDA graphs \((?:mixed prefill-decode, )?PIECEWISE\)/, "on"),
      reading(/setting cudagraph_mode=(?:CUDAGraphMode\.)?(?:FULL_AND_PIECEWISE|PIECEWISE)\b/, "on"),
      reading(/setting cudagraph_mode=(?:CUDAGraphMode\.)?(?:FULL_DECODE_ONLY|NONE)\b/, "off"),
      reading(/Overriding cudagraph_mode from \S+ to PIECEWISE/, "on"),
      reading(/Enforce eager set, disabling torch\.compile and CUDAGraphs|Cudagraph is disabled under eager mode/, "off"),
      vllmField("enforce_eager", "True", "off"),
      reading(/cudagraph_mode['"]?[:=]\s*['"]?(?:<?CUDAGraphMode\.)?(?:FULL_AND_PIECEWISE|PIECEWISE)\b/, "on"),
      reading(/cudagraph_mode['"]?[:=]\s*['"]?(?:<?CUDAGraphMode\.)?(?:FULL_DECODE_ONLY|NONE)\b/, "off"),
      reading(/"cudagraph_mode":\s*(?:\[2,\s*1\]|1\b)/, "on"),
      reading(/"cudagraph_mode":\s*(?:\[2,\s*0\]|0\b)/, "off"),
    ],
  };
}
