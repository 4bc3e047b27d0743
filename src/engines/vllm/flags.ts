import type { FlagSpelling } from "../flags.ts";

/** vLLM reads `--json-arg.key=value` as a part of `--json-arg`, and takes underscores for hyphens before the first dot. */
export const vllmFlags: FlagSpelling = {
  underscores: true,
  negations: true,
  aliases: {
    "-ac": "--attention-config",
    "-cc": "--compilation-config",
    "-dp": "--data-parallel-size",
    "-ep": "--enable-expert-parallel",
    // Up to 0.11 `-O` was the short form of the compilation config; since 0.12 it is a level, which sets the same things.
    "-O": "--compilation-config",
    "-pp": "--pipeline-parallel-size",
    "-q": "--quantization",
    "-tp": "--tensor-parallel-size",
    "--attention-backend": "--attention-config.backend",
    "--cudagraph-capture-sizes": "--compilation-config.cudagraph_capture_sizes",
    "--max-cudagraph-capture-size": "--compilation-config.max_cudagraph_capture_size",
  },
  reserved: ["--host", "--port", "--served-model-name", "--model"],
};
