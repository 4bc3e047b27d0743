import type { Signature } from "../signature.ts";

export const raisedInArguments: Signature = {
  id: "raised-in-arguments",
  class: "bad-argument",
  title: "An error while the arguments were checked",
  level: "cause",
  specificity: 34,
  clues: [
    {
      has: ["arg_utils.py", "server_args.py", "argparse.py", "vllm/config/", "argparse_utils.py"],
      match:
        /^File "[^"]{1,400}(?:arg_utils|server_args|argparse|argparse_utils|vllm\/config\/\w{1,40})\.py", line \d+, in (?!create_engine_config$|from_engine_args|parse_args$|parse_known_args$)/,
      near: {
        match:
          /^(?:\w{1,60}\.){0,8}\w{0,60}(?:Error|Exception|Unsupported|Failed)\b(?!.{0,300}(?:CUDA|out of memory|NCCL|illegal|No module|Engine core))/,
        within: 4,
        side: "after",
      },
    },
  ],
  startupOnly: true,
  means: "The exception was raised while the server checked its arguments.",
  remedies: [
    { text: "See what this version accepts", command: "vllm serve --help=all" },
    { text: "On SGLang", command: "python -m sglang.launch_server --help" },
  ],
  sources: ["https://github.com/sgl-project/sglang/issues/36478"],
};
