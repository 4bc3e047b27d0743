import type { Axis, Proof } from "./axis.ts";
import { reading } from "./reading.ts";

const NAMES = ["FLASH_ATTN", "FLASHINFER", "TRTLLM_RAGGED", "TOKENSPEED_MLA"];

/** Kernels that prefill the prompts of MLA models (DeepSeek, Kimi) in vLLM. FLASHINFER runs CUTLASS there. */
export const mlaPrefillBackend: Axis = {
  id: "mla-prefill-backend",
  title: "prefill kernels of MLA models",
  values: NAMES,
  reference: "FLASH_ATTN",
  engines: {
    vllm: [
      {
        versions: ">=0.21",
        values: Object.fromEntries(
          NAMES.map((name) => [name, { args: [`--attention-config.mla_prefill_backend=${name}`], proof: proof() }]),
        ),
        source: "vllm #32623; the field is in config/attention.py of 0.22 to 0.32",
      },
      {
        versions: "<0.21",
        values: {},
        refusals: "before 0.21 vLLM had three switches instead; attention-backend: cutlass and fa2 write them",
        source: "vllm #42555",
      },
    ],
  },
};

function proof(): Proof {
  return { readings: [reading(/Using (\w+) MLA prefill backend/, "$1")] };
}
