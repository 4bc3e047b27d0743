import type { Signature } from "../signature.ts";

export const collectiveTimeout: Signature = {
  id: "collective-timeout",
  class: "collective-hang",
  title: "A collective operation did not finish",
  level: "cause",
  specificity: 46,
  clues: [
    {
      has: [
        "Watchdog caught collective operation timeout",
        "Some NCCL operations have failed or timed out",
        "Timeout at NCCL work",
        "Timeout at collective:",
        "last enqueued NCCL work",
        "collective operation timeout",
        "Heartbeat monitor timed out",
        "watchdog got stuck for",
        "Timed out waiting for the NCCL",
        "Timed out waiting 1800000ms for recv",
        "Timed out waiting",
      ],
      match: /timeout|Timeout|timed out|Timed out|stuck/,
      unless:
        /engine core proc|for engines?\b|waiting for client|waiting for workers|illegal memory|server to (?:start|be)|health|download/,
    },
    { has: ["RPC call to ", "RPC method", "collective_rpc"], match: /(?:RPC call to|RPC method|collective_rpc).{0,80}timed out/ },
    {
      has: [
        "DistStoreError",
        "store->get('0') got error",
        "wait timeout after",
        "Socket Timeout",
        "client socket has timed out",
        "Timed out after",
        "timed out waiting for",
      ],
      match:
        /DistStoreError|(?:TCPStore|[Ss]tore).{0,200}(?:[Tt]imed? ?out|[Tt]imeout)|Socket Timeout|clients joined|\[c10d\].{0,200}timed out|barrier/,
    },
    { has: ["due to collective timeout", "Timeout waiting for rank", "collective timeout"] },
  ],
  means: "One rank waited for the others longer than the limit: a peer died, ran something else, or never arrived.",
  remedies: [
    { text: "Find the rank whose log ends first, or that is at another step, and read its last lines" },
    { text: "Turn custom all-reduce off", axes: { "custom-all-reduce": "off" } },
    { text: "Do without fused all-reduce on SGLang", command: "--enforce-disable-flashinfer-allreduce-fusion" },
    { text: "Rule out NVLink SHARP", command: "NCCL_NVLS_ENABLE=0" },
    { text: "Get the Python stacks of a hung worker", command: "py-spy dump --pid PID" },
  ],
  sources: [
    "https://github.com/sgl-project/sglang/issues/3784",
    "https://github.com/sgl-project/sglang/issues/3836",
    "https://github.com/vllm-project/vllm/issues/17965",
  ],
};
