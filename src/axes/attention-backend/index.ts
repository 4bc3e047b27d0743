import type { Axis } from "../axis.ts";
import { sglang, sglangBackends } from "./sglang.ts";
import { vllm, vllmBackends } from "./vllm.ts";

/**
 * The attention kernels. `cutlass` and `fa2` are what the B200 teams compare; both engines reach them by a detour. Every backend
 * may also be named as the engine itself names it.
 */
export const attentionBackend: Axis = {
  id: "attention-backend",
  title: "attention kernels",
  values: [...new Set(["cutlass", "fa2", ...sglangBackends, ...vllmBackends])],
  reference: "fa2",
  engines: { sglang: sglang(), vllm: vllm() },
  owns: {
    sglang: ["--prefill-attention-backend", "--decode-attention-backend"],
    vllm: ["VLLM_ATTENTION_BACKEND", "VLLM_USE_TRTLLM_ATTENTION", "VLLM_FLASH_ATTN_VERSION"],
  },
};
