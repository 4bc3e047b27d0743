import type { Carrying, Proof, Translation } from "../axis.ts";
import { reading } from "../reading.ts";

const OWN = [
  "FLASHINFER",
  "FLASH_ATTN",
  "TRITON_ATTN",
  "FLEX_ATTENTION",
  "FLASHINFER_MLA",
  "CUTLASS_MLA",
  "FLASH_ATTN_MLA",
  "FLASHMLA",
  "TRITON_MLA",
];

/** Names shared with SGLang → vLLM's own. */
const SHARED = {
  flashinfer: "FLASHINFER",
  triton: "TRITON_ATTN",
  flex_attention: "FLEX_ATTENTION",
  flashmla: "FLASHMLA",
  cutlass_mla: "CUTLASS_MLA",
  trtllm_mla: "FLASHINFER_MLA",
} as const;

export const vllmBackends: readonly string[] = [...OWN, "TOKENSPEED_MLA", ...Object.keys(SHARED), "trtllm_mha", "fa3", "fa4"];

const chosen = [
  reading(/Using (\w+) attention backend out of potential backends/, "$1"),
  reading(/Using Flash ?Attention backend on V1 engine|Using Flash Attention backend/, "FLASH_ATTN"),
  reading(/Using FlashInfer MLA backend/, "FLASHINFER_MLA"),
  reading(/Using FlashInfer backend/, "FLASHINFER"),
  reading(/Using FlashMLA backend/, "FLASHMLA"),
  reading(/Using Cutlass MLA backend/, "CUTLASS_MLA"),
  reading(/Using Triton MLA backend/, "TRITON_MLA"),
  reading(/Using Triton backend/, "TRITON_ATTN"),
  reading(/Using FlexAttention backend/, "FLEX_ATTENTION"),
  reading(/Using ([A-Z][A-Z_]+) backend(?:\.| on V1)/, "$1"),
];

const MLA_ONLY = "for MLA models (DeepSeek, Kimi) alone; vLLM has no CUTLASS attention for others, name FLASHINFER or FLASH_ATTN there";

export function vllm(): Translation[] {
  return [
    {
      versions: ">=0.21",
      values: {
        ...named(byFlag, [...OWN, "TOKENSPEED_MLA"]),
        ...detours(),
        cutlass: mlaPrefill(["--attention-config.mla_prefill_backend=FLASHINFER"]),
        fa2: mlaPrefill(["--attention-config.mla_prefill_backend=FLASH_ATTN"]),
      },
      source: "vLLM #26315 (--attention-backend), #32623 (mla_prefill_backend)",
    },
    {
      versions: ">=0.13,<0.21",
      values: {
        ...named(byFlag, OWN),
        ...detours(),
        cutlass: mlaPrefill(oldMlaPrefill("false")),
        fa2: mlaPrefill(oldMlaPrefill("true")),
      },
      source: "vLLM #26315 (AttentionConfig); the three prefill fields were removed by #42555",
    },
    {
      versions: ">=0.11,<0.13",
      values: named(byEnvironment, OWN),
      refusals: {
        cutlass: "before 0.13 vLLM had no setting for the prefill kernels of MLA models",
        fa2: "before 0.13 vLLM had no setting for the prefill kernels of MLA models; name FLASH_ATTN instead",
      },
      source: "vLLM #26315; VLLM_ATTENTION_BACKEND was removed by #32812",
    },
  ];
}

function named(carry: (own: string, value: string) => Carrying, own: readonly string[]): Record<string, Carrying> {
  const shared = Object.entries(SHARED).filter(([, name]) => own.includes(name));
  return Object.fromEntries([
    ...own.map((name) => [name, carry(name, name)]),
    ...shared.map(([value, name]) => [value, carry(name, value)]),
  ]);
}

function byFlag(own: string, value: string): Carrying {
  return { args: ["--attention-backend", own], proof: backendProof(own, value) };
}

/** The flag is newer; where it exists the variable is ignored, with no more than a warning about an unknown variable. */
function byEnvironment(own: string, value: string): Carrying {
  return { args: [], env: { VLLM_ATTENTION_BACKEND: own }, proof: backendProof(own, value) };
}

function backendProof(own: string, value: string): Proof {
  if (own === value) return { readings: chosen };
  return {
    readings: chosen.map((item) => (item.resolved === own ? { ...item, resolved: value } : item)).toSpliced(0, 0, shown(own, value)),
  };
}

function shown(own: string, value: string): Proof["readings"][number] {
  return { pattern: `Using ${own} (?:attention backend out of potential backends|backend(?:\\.| on V1))`, resolved: value };
}

/** Kernels that vLLM reaches through a backend and a further field. */
function detours(): Record<string, Carrying> {
  const flashAttention = (version: string): Carrying => ({
    args: ["--attention-backend", "FLASH_ATTN", `--attention-config.flash_attn_version=${version}`],
    proof: { readings: [reading(/Using FlashAttention version (\d)/, "fa$1")], silenceSaysNothing: true },
  });
  return {
    fa3: flashAttention("3"),
    fa4: flashAttention("4"),
    trtllm_mha: {
      args: ["--attention-backend", "FLASHINFER", "--attention-config.use_trtllm_attention=true"],
      // Without a way to NVIDIA's artifactory, and without the cubin package, vLLM leaves TRTLLM attention (vllm #57644).
      proof: {
        readings: [
          reading(/Using TRTLLM (?:prefill|decode) attention/, "trtllm_mha"),
          reading(/Failed to connect to NVIDIA artifactory/, "flashinfer"),
        ],
      },
    },
  };
}

function mlaPrefill(args: readonly string[]): Carrying {
  return {
    args,
    proof: {
      readings: [
        reading(/Using FLASHINFER MLA prefill backend/, "cutlass"),
        reading(/Using FLASH_ATTN MLA prefill backend/, "fa2"),
        reading(/Using (\w+) MLA prefill backend/, "$1"),
        reading(/Using FlashInfer prefill for MLA/, "cutlass"),
        reading(/Using FlashAttention prefill for MLA/, "fa2"),
        reading(/Using (.+) prefill for MLA/, "$1"),
      ],
      // Several releases before 0.21 print the choice at debug level.
      ...(args.length > 1 ? { silenceSaysNothing: true } : {}),
    },
    note: MLA_ONLY,
  };
}

function oldMlaPrefill(disableFlashInfer: "true" | "false"): string[] {
  return [
    `--attention-config.disable_flashinfer_prefill=${disableFlashInfer}`,
    "--attention-config.use_trtllm_ragged_deepseek_prefill=false",
    "--attention-config.use_cudnn_prefill=false",
  ];
}
