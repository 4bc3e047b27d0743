import type { Signature } from "../signature.ts";

export const raisedInHub: Signature = {
  id: "raised-in-hub",
  class: "model-download",
  title: "An error while files were fetched from the hub",
  level: "cause",
  specificity: 40,
  clues: [
    {
      has: ["huggingface_hub/", "modelscope/", "hf_xet"],
      match: /^File "[^"]{1,400}(?:huggingface_hub|modelscope|hf_xet)\/[^"]{0,200}", line \d+, in (?!_inner_fn|validate_repo_id)/,
      near: {
        match:
          /^(?:\w{1,60}\.){0,8}\w{0,60}(?:Error|Exception|Unsupported|Failed)\b(?!.{0,300}(?:CUDA|out of memory|NCCL|illegal|No module|Engine core))/,
        within: 6,
        side: "after",
      },
    },
  ],
  startupOnly: true,
  means: "The exception was raised by the hub's client.",
  remedies: [
    { text: "Try again once; if it stays, put the model on the runner beforehand" },
    { text: "Use only what is there", command: "HF_HUB_OFFLINE=1" },
    { text: "Download without Xet", command: "HF_HUB_DISABLE_XET=1" },
  ],
  sources: ["https://github.com/vllm-project/vllm/issues/10013"],
};
