import { raises } from "../raises.ts";
import type { Signature } from "../signature.ts";

export const configurationRefused: Signature = {
  id: "configuration-refused",
  class: "bad-argument",
  title: "The settings contradict each other or the model",
  level: "cause",
  specificity: 54,
  clues: [
    raises(
      /max_model_len|max_num_batched_tokens|max_num_seqs|context.?length|rope_(?:scaling|parameters|theta)|tensor[_ ]parallel|pipeline[_ ]parallel|data[_ ]parallel|\btp_size|\bdp_size|\bep_size|nnodes|attention heads|[Ww]orld size|mutually exclusive|both be set|same time|Cannot set both|lease (?:set|specify|use|provide)|--[a-z][a-z-]{2,40}|gpu_memory_utilization|mem_fraction_static|Invalid JSON|Expecting (?:value|property)|served_model_name|hf_overrides|speculative_config|num_speculative/,
      {
        unless:
          /maximum context length|[Yy]ou requested|reduce the length|messages|CUDA|KV cache|out of memory|NCCL|backend|[Qq]uanti[sz]|not recognize|custom code|is not a local folder|chat.template|tokenizer|head_?(?:size|dim)|kv_cache_dtype|Extra data|Unterminated|No module|to increase|illegal|Try increasing|Address already|timed? ?out|nvcc|libcuda|infer device|https?:|Connection|mem-fraction|trust.remote|code is to be generated/i,
      },
    ),
    {
      has: ["validation error for ", "validation errors for "],
      match:
        /^(?:pydantic_core\._pydantic_core\.)?(?:ValidationError: )?\d{1,3} validation errors? for (?:\w{0,40}Config|\w{0,40}Args|SchedulerConfig|ModelConfig)/,
    },
    // The engine's start method is a setting: VLLM_WORKER_MULTIPROC_METHOD=spawn.
    { has: "Cannot re-initialize CUDA in forked subprocess" },
    {
      has: ["allow_overriding_max_model_len", "VLLM_ALLOW_LONG_MAX_MODEL_LEN=1", "SGLANG_ALLOW_OVERWRITE_LONGER_CONTEXT_LEN"],
      match: /allow|To allow|set the env/i,
      unless: /WARNING|^Warning/,
    },
  ],
  startupOnly: true,
  means: "The engine understood every flag, and refused their combination or one value for this model.",
  remedies: [
    { text: "Read what the message asks for; it names the setting" },
    { text: "Shorten the context", axes: { "context-length": "32768" } },
    { text: "Split over a number of GPUs that divides the attention heads", command: "--tensor-parallel-size 8" },
  ],
  sources: ["https://github.com/vllm-project/vllm/issues/5163"],
};
