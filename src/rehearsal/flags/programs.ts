import type { Dialect } from "../scenario.ts";
import type { Program } from "./argparse.ts";
import { SGLANG_FLAGS } from "./sglang.ts";
import { VLLM_FLAGS } from "./vllm.ts";

/** The two command lines the rehearsal server understands. */
export const programs: Readonly<Record<Dialect, Program>> = {
  sglang: {
    prog: "launch_server.py",
    usage: "usage: launch_server.py [-h] --model-path MODEL_PATH [--tokenizer-path TOKENIZER_PATH] [--host HOST] [--port PORT] …",
    table: SGLANG_FLAGS,
    underscores: false,
  },
  vllm: { prog: "vllm", usage: "usage: vllm serve [model_tag] [options]", table: VLLM_FLAGS, underscores: true },
};
