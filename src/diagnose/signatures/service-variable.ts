import { SPECIFICITY, type Signature } from "../signature.ts";

export const serviceVariable: Signature = {
  id: "service-variable",
  class: "bad-argument",
  title: "Kubernetes set a variable that the engine reads",
  level: "cause",
  specificity: SPECIFICITY.exact,
  clues: [
    {
      has: ["'tcp://", "VLLM_PORT '"],
      match: /invalid literal for int\(\) with base 10: '(?:tcp|udp):\/\/|VLLM_PORT '.{1,200}' appears to be a URI/,
    },
  ],
  startupOnly: true,
  means: "A service named vllm makes Kubernetes set VLLM_PORT to an address, and the engine takes it for its port.",
  remedies: [
    { text: "Give the service another name, or set enableServiceLinks: false on the pod" },
    { text: "Set the variable to a number", command: "VLLM_PORT=29500" },
  ],
  sources: ["https://docs.vllm.ai/en/stable/serving/env_vars.html"],
};
