import { SPECIFICITY, type Signature } from "../signature.ts";

export const allreduceWorkspaceHang: Signature = {
  id: "allreduce-workspace-hang",
  class: "collective-hang",
  title: "Fused all-reduce workspace",
  level: "note",
  specificity: SPECIFICITY.detector,
  clues: [{ has: ["Auto-enabling FlashInfer AllReduce Fusion", "FlashInfer workspace initialized", "Initialized FlashInfer Allreduce"] }],
  means: "Fused all-reduce is on. When a start-up hangs right after this line, its rendezvous is the known suspect.",
  remedies: [{ text: "Do without it on SGLang", command: "--enforce-disable-flashinfer-allreduce-fusion" }],
  sources: ["https://github.com/sgl-project/sglang/issues/29073", "https://github.com/vllm-project/vllm/issues/48071"],
};
