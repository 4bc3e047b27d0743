import type { Axis } from "./axis.ts";
import { FRACTION, number, onlyInContinuousBatching } from "./number.ts";
import { reading, sglangField, vllmArgument } from "./reading.ts";

/** Share of GPU memory the engine may plan with. */
export const gpuMemory: Axis = {
  id: "gpu-memory",
  title: "share of GPU memory",
  values: FRACTION,
  reference: "0.85",
  engines: {
    sglang: [number("--mem-fraction-static", sglangField("mem_fraction_static", "([\\d.]+)", "$1"))],
    vllm: [
      number("--gpu-memory-utilization", [
        reading(/"gpu_memory_utilization":\s*"?([\d.]+)/, "$1"),
        vllmArgument("gpu_memory_utilization", "([\\d.]+)", "$1"),
      ]),
    ],
    transformers: onlyInContinuousBatching("--cb-max-memory-percent"),
  },
};
