import type { FlagSpelling } from "../flags.ts";

export const sglangFlags: FlagSpelling = {
  underscores: false,
  aliases: {
    "--dp": "--dp-size",
    "--data-parallel-size": "--dp-size",
    "--ep": "--ep-size",
    "--expert-parallel-size": "--ep-size",
    "--model": "--model-path",
    "--pp": "--pp-size",
    "--pipeline-parallel-size": "--pp-size",
    "--tp": "--tp-size",
    "--tensor-parallel-size": "--tp-size",
    // Off-switches for one phase, which set the same field as the backend flag (sglang #23906).
    "--disable-prefill-cuda-graph": "--cuda-graph-backend-prefill",
    "--disable-decode-cuda-graph": "--cuda-graph-backend-decode",
  },
  reserved: ["--host", "--port", "--served-model-name", "--model-path"],
};
