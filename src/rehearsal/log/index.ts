export { type Dress, type Line, type Pids, raw } from "./line.ts";
export { dressSglang, sglangLine } from "./sglang-line.ts";
export { sglangListening, sglangSteps, sglangWarmUp } from "./sglang.ts";
export type { Step } from "./step.ts";
export { dressVllm, vllmLine, vllmReady, vllmSteps } from "./vllm.ts";
