export { type Dress, type Line, type Pids, raw } from "./line.ts";
export { dressSglang, sglangLine } from "./sglang-line.ts";
export { sglangListening, sglangSteps, sglangWarmUp } from "./sglang.ts";
export type { Step } from "./step.ts";
export { vllmReady, vllmSteps } from "./vllm.ts";
export { dressVllm, vllmLine } from "./vllm-line.ts";
