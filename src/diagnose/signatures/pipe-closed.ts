import { SPECIFICITY, type Signature } from "../signature.ts";

export const pipeClosed: Signature = {
  id: "pipe-closed",
  class: "worker-died",
  title: "A process lost its partner",
  level: "symptom",
  specificity: SPECIFICITY.wrapper,
  clues: [
    {
      has: ["EOFError", "BrokenPipeError", "ConnectionResetError: [Errno 104]"],
      match: /^(?:EOFError|BrokenPipeError|ConnectionResetError)\b/,
    },
    {
      has: ["Connection closed by peer", "Connection reset by peer [", "recvValue failed", "sendBytes failed", "Broken pipe"],
      match: /pair\.cc|TCPStore|recvValue|sendBytes|Gloo|gloo/,
    },
  ],
  means: "The process on the other end of a pipe or socket is gone; why it went stands in its own lines.",
  remedies: [{ text: "Look for the first error of another process or node" }],
  sources: ["https://github.com/sgl-project/sglang/issues/3254"],
};
