import type { Signature } from "../signature.ts";

export const ncclPeerUnreachable: Signature = {
  id: "nccl-peer-unreachable",
  class: "nccl",
  title: "NCCL could not connect to a peer",
  level: "cause",
  specificity: 66,
  clues: [
    {
      has: ["exceeded error retry count", "exceeded retries"],
      match: /NCCL|nccl|Connect to .{1,60} failed : |[Ss]ocketPollConnect/,
    },
  ],
  means: "A rank listens on an address that the others cannot reach, or had gone before they connected.",
  remedies: [
    { text: "Look at the first error of the rank that refused the connection" },
    { text: "Name the network interface that all nodes share", command: "NCCL_SOCKET_IFNAME=eth0" },
    { text: "Let NCCL say what it tried", command: "NCCL_DEBUG=INFO" },
  ],
  sources: ["https://github.com/sgl-project/sglang/issues/3516"],
};
