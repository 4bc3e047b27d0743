import { SPECIFICITY, type Signature } from "../signature.ts";

export const kvTransferFailed: Signature = {
  id: "kv-transfer-failed",
  class: "nccl",
  title: "A KV cache could not be moved from the prefill server to the decode server",
  level: "cause",
  specificity: SPECIFICITY.general,
  clues: [
    {
      has: ["with exception KVTransferError", "Decode transfer failed for request", "Prefill transfer failed for request"],
      unless: /Aborted by AbortReq/,
    },
    { has: "Failed to get kvcache from prefill instance" },
    { has: "Failed: MPI error" },
  ],
  means:
    "Prefill and decode run apart, and the transport between them (Mooncake, NIXL, MPI) lost the other side or was refused by the network card.",
  remedies: [
    { text: "Look at the log of the prefill server at the same time" },
    { text: "Name the network cards that both servers can use", command: "--disaggregation-ib-device mlx5_0" },
    { text: "Try the other transport on SGLang", command: "--disaggregation-transfer-backend nixl" },
  ],
  sources: ["https://github.com/sgl-project/sglang/issues/12688", "https://github.com/kvcache-ai/Mooncake/issues/851"],
};
