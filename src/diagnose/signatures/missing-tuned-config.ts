import type { Signature } from "../signature.ts";

export const missingTunedConfig: Signature = {
  id: "missing-tuned-config",
  class: "healthy",
  title: "No tuned kernel configuration for this GPU",
  level: "note",
  specificity: 1,
  clues: [
    {
      has: [
        "Using default MoE config. Performance might be sub-optimal",
        "Performance might be sub-optimal",
        "Using default W8A8 Block FP8 kernel config",
        "Using MoE kernel config with down_moe=False. Performance might be sub-optimal",
      ],
    },
  ],
  means: "The kernel runs with general settings; slower, not wrong.",
  remedies: [],
  sources: ["https://github.com/sgl-project/sglang/issues/3933"],
};
