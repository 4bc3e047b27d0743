import type { Signature } from "../signature.ts";

export const raisedInCommunication: Signature = {
  id: "raised-in-communication",
  class: "nccl",
  title: "An error inside the communication layer",
  level: "cause",
  specificity: 36,
  clues: [
    {
      has: ["device_communicators/", "torch/distributed/", "distributed/parallel_state.py", "nixl_connector", "mooncake"],
      match:
        /^File "[^"]{1,400}(?:device_communicators\/|torch\/distributed\/|distributed\/parallel_state|nixl|mooncake)[^"]{0,200}", line \d+, in (?!wrapper|_fn)/,
      near: {
        match:
          /^(?:\w{1,60}\.){0,8}\w{0,60}(?:Error|Exception|Unsupported|Failed)\b(?!.{0,300}(?:CUDA|out of memory|NCCL|illegal|No module|Engine core))/,
        within: 6,
        side: "after",
      },
    },
  ],
  means: "The exception was raised while processes of the server set up or used their communication.",
  remedies: [
    { text: "Let NCCL say what it tried", command: "NCCL_DEBUG=INFO" },
    { text: "Turn custom all-reduce off", axes: { "custom-all-reduce": "off" } },
    { text: "Name the network interface", command: "NCCL_SOCKET_IFNAME=eth0" },
  ],
  sources: ["https://github.com/vllm-project/vllm/issues/14093"],
};
