import type { Carrying, Proof, Translation } from "../axis.ts";
import { REHEARSED } from "../axis.ts";
import { reading, sglangField } from "../reading.ts";

const COMMON = ["flashinfer", "trtllm_mha", "trtllm_mla", "triton", "fa3", "fa4", "flashmla", "flex_attention", "torch_native"];

/** Names of `--attention-backend` choices on NVIDIA GPUs, in any version on the shelf. */
export const sglangBackends: readonly string[] = [...COMMON, "cutlass_mla", "cutedsl_mla", "tokenspeed_mla"];

// What says that the ragged wrapper fell back: a warning up to 0.5.13, later only the kind of graph that was captured.
const warned = [reading(/CUTLASS backend is disabled when piecewise cuda graph is enabled/, "fa2")];
const newer = [
  reading(/Capture (?:target )?prefill CUDA graph begin\. backend=tc_piecewise/, "fa2"),
  reading(/Capture (?:target )?prefill CUDA graph begin\. backend=breakable/, "cutlass"),
];
const anyBackend = [
  ...sglangField("attention_backend", "(\\w+)", "$1"),
  reading(/Attention backend not (?:explicitly )?specified\. Use (\w+) backend by default/, "$1"),
];

/**
 * There is no flag for CUTLASS or FA2: the `flashinfer` backend runs CUTLASS in its ragged prefill wrapper on SM100 and FA2 in
 * its paged wrappers. `SGLANG_FLASHINFER_USE_PAGED=1` sends all prefill to the paged ones.
 */
export function sglang(): Translation[] {
  const because = "SGLang replaces CUTLASS by FA2 in its ragged prefill while piecewise CUDA graphs are on";
  return [
    {
      versions: ">=0.5.19",
      values: { ...byName([...COMMON, "cutedsl_mla", "tokenspeed_mla"]), cutlass: cutlass(newer), fa2: fa2Paged() },
      refusals: { cutlass_mla: "cutlass_mla is no longer among SGLang's attention backends after 0.5.18" },
      source: "sglang choices.py (newest); flashinfer_backend.py",
    },
    {
      versions: ">=0.5.18,<0.5.19",
      values: { ...byName(sglangBackends), cutlass: cutlass(newer), fa2: fa2Paged() },
      source: "sglang 0.5.18 server_args.py: ATTENTION_BACKEND_CHOICES; flashinfer_backend.py",
    },
    {
      versions: ">=0.5.15,<0.5.18",
      values: { ...byName([...COMMON, "cutlass_mla"]), cutlass: cutlass(newer), fa2: fa2Paged() },
      source: "sglang #29458: breakable prefill graphs keep CUTLASS",
    },
    {
      versions: ">=0.5.14,<0.5.15",
      given: { "piecewise-cuda-graph": "on" },
      values: { cutlass: { ...cutlass(newer), becomes: { value: "fa2", because } }, fa2: fa2Ragged(newer) },
      source: "sglang #23906: tc_piecewise is the only prefill graph backend, and with it the ragged wrapper stays on auto",
    },
    {
      versions: ">=0.5.4.post1,<0.5.14",
      given: { "piecewise-cuda-graph": "on" },
      values: { cutlass: { ...cutlass(warned), becomes: { value: "fa2", because: `${because} (#12067)` } }, fa2: fa2Ragged(warned) },
      source: "sglang #12067, first released in 0.5.4.post1",
    },
    {
      versions: ">=0.5.14,<0.5.15",
      values: { ...byName([...COMMON, "cutlass_mla"]), cutlass: cutlass(newer), fa2: fa2Paged() },
      source: "sglang #23906; flashinfer_backend.py",
    },
    {
      versions: ">=0.5.11,<0.5.14",
      values: { ...byName([...COMMON, "cutlass_mla"]), cutlass: cutlass(warned), fa2: fa2Paged() },
      refusals: unseen(["cutedsl_mla", "tokenspeed_mla"]),
      source: "sglang #6930 (CUTLASS FMHA), #12067; environ.py of 0.5.11 is the first with SGLANG_FLASHINFER_USE_PAGED",
    },
    {
      versions: ">=0.5.4.post1,<0.5.11",
      values: { ...byName([...COMMON, "cutlass_mla"]), cutlass: cutlass(warned), fa2: unreachable(warned, ONLY_BY_GRAPHS) },
      refusals: unseen(["cutedsl_mla", "tokenspeed_mla"]),
      source: "sglang #6930, #12067; flashinfer_backend.py of 0.5.4 to 0.5.10 has no way from CUTLASS to FA2 but piecewise graphs",
    },
    {
      versions: "==0.5.4",
      given: { [REHEARSED]: "yes" },
      values: { fa2: fa2Paged() },
      source: "the rehearsed 0.5.4 is a build that also carries the later SGLANG_FLASHINFER_USE_PAGED, so that all eight cells exist",
    },
    {
      versions: "==0.5.4",
      values: { ...byName([...COMMON, "cutlass_mla"]), cutlass: cutlass(warned), fa2: unreachable(warned, ALWAYS_CUTLASS) },
      refusals: unseen(["cutedsl_mla", "tokenspeed_mla"]),
      source: "sglang #6930; flashinfer_backend.py of 0.5.4, whose package never reads SGLANG_FLASHINFER_USE_PAGED",
    },
  ];
}

function cutlass(fallback: Proof["readings"]): Carrying {
  return {
    args: ["--attention-backend", "flashinfer"],
    proof: { readings: [...fallback, ...sglangField("attention_backend", "flashinfer", "cutlass"), ...anyBackend] },
    note: "CUTLASS is what the flashinfer backend runs in ragged prefill on SM100; the server does not print it",
  };
}

/** All prefill through the paged wrappers. */
function fa2Paged(): Carrying {
  return {
    args: ["--attention-backend", "flashinfer"],
    env: { SGLANG_FLASHINFER_USE_PAGED: "1" },
    proof: { readings: [...sglangField("attention_backend", "flashinfer", "fa2"), ...anyBackend] },
  };
}

const ONLY_BY_GRAPHS = "before 0.5.11 SGLang has no other way to FA2 on SM100 than piecewise CUDA graphs";
const ALWAYS_CUTLASS = "SGLang 0.5.4 runs CUTLASS in ragged prefill on SM100 with and without piecewise CUDA graphs, and has no way to FA2";

/** No setting leads there: what is started is CUTLASS. */
function unreachable(fallback: Proof["readings"], because: string): Carrying {
  return { ...cutlass(fallback), becomes: { value: "cutlass", because } };
}

/** FA2 because the ragged wrapper falls back to it: the very flags of `cutlass`. */
function fa2Ragged(fallback: Proof["readings"]): Carrying {
  return {
    args: ["--attention-backend", "flashinfer"],
    proof: { readings: [...fallback, ...sglangField("attention_backend", "flashinfer", "cutlass"), ...anyBackend] },
  };
}

function byName(backends: readonly string[]): Record<string, Carrying> {
  return Object.fromEntries(backends.map((name) => [name, { args: ["--attention-backend", name], proof: { readings: anyBackend } }]));
}

function unseen(backends: readonly string[]): Record<string, string> {
  return Object.fromEntries(backends.map((name) => [name, `${name} was first seen among the choices of SGLang 0.5.18`]));
}
