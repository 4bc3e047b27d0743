import type { Axis } from "./axis.ts";
import { vllmArgument } from "./reading.ts";

/** How much vLLM does before it serves: 0 nothing, 1 piecewise graphs, 2 and 3 full graphs, fusions and autotuning. */
export const optimizationLevel: Axis = {
  id: "optimization-level",
  title: "optimisation level",
  values: ["0", "1", "2", "3"],
  reference: "0",
  engines: {
    vllm: [
      {
        versions: ">=0.12",
        values: Object.fromEntries(
          ["0", "1", "2", "3"].map((level) => [
            level,
            {
              args: ["--optimization-level", level],
              // The default is not among the arguments that vLLM repeats.
              proof: {
                readings: [vllmArgument("optimization_level", "<?(?:OptimizationLevel\\.O)?(\\d)(?:: \\d+>)?", "$1")],
                silenceProves: level === "2",
              },
            },
          ]),
        ),
        source: "vLLM --help of 0.13 to 0.32; the meaning of -O changed in 0.12",
      },
      {
        versions: "<0.12",
        values: {},
        refusals: "before 0.12 -O was the short form of the compilation config, not a level",
        source: "vLLM 0.12 release notes",
      },
    ],
  },
};
