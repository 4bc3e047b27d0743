import { SPECIFICITY, type Signature } from "../signature.ts";

export const xidProgram: Signature = {
  id: "xid-program",
  class: "xid",
  title: "The driver recorded a fault of a program",
  level: "cause",
  specificity: SPECIFICITY.detector,
  clues: [
    { has: "NVRM: Xid", match: /Xid \([^)]{1,60}\): (?:8|11|13|31|32|38|43|45|63|65|66|109|137)\b/ },
    { has: ["XID error", "Xid error", "xid error", "XID Error", "Xid 31", "Xid 13", "Xid 43", "XID 31", "XID 13", "XID 43"] },
  ],
  anyLevel: true,
  means:
    "The driver stopped a program after an illegal access or a hung kernel of its own (Xid 13, 31, 43), or cleaned up after another fault (45).",
  remedies: [
    { text: "Treat it as the server's own illegal memory access: the kernel that ran is at fault" },
    { text: "Make CUDA report at the failing call", command: "CUDA_LAUNCH_BLOCKING=1" },
    { text: "Run without CUDA graphs", axes: { eager: "on" } },
  ],
  sources: ["https://docs.nvidia.com/deploy/xid-errors/"],
};
