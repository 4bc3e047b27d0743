import type { Signature } from "../signature.ts";

export const raisedInCompiler: Signature = {
  id: "raised-in-compiler",
  class: "torch-compile",
  title: "An error inside PyTorch's compiler",
  level: "cause",
  specificity: 40,
  clues: [
    {
      has: [
        "torch/_inductor/",
        "torch/_dynamo/",
        "torch/_functorch/",
        "torch/fx/",
        "vllm/compilation/",
        "compilation/backends.py",
        "srt/compilation/",
      ],
      match:
        /^File "[^"]{1,400}(?:torch\/_(?:inductor|dynamo|functorch)|torch\/fx|\/compilation)\/[^"]{1,200}", line \d+, in (?!_fn|_wrapped_call_impl|__call__|inner|eval_with_key|compile_wrapper|fn\b|forward)/,
      near: {
        match:
          /^(?:\w{1,60}\.){0,8}\w{0,60}(?:Error|Exception|Unsupported|Failed)\b(?!.{0,300}(?:CUDA|out of memory|NCCL|illegal|No module|Engine core))/,
        within: 8,
        side: "after",
      },
    },
  ],
  means: "The exception was raised while PyTorch traced, lowered or compiled the model.",
  remedies: [
    { text: "Run without compilation and graphs", axes: { eager: "on" } },
    { text: "Turn piecewise CUDA graphs off", axes: { "piecewise-cuda-graph": "off" } },
    { text: "See the compiler's own stack", command: "TORCHDYNAMO_VERBOSE=1" },
    { text: "Report it upstream with GPU, driver, CUDA and engine versions, the exact command and the log" },
  ],
  sources: ["https://github.com/vllm-project/vllm/issues/21101"],
};
