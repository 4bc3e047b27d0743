import type { Settings } from "../settings.ts";
import { type Line, progress } from "./line.ts";
import type { Step } from "./step.ts";

/** Graph capture, prefill before decode, as the two progress bars show it; nothing where graphs are off. */
export function vllmGraphSteps(settings: Settings, first: (place: string, text: string) => Line, seconds: number): Step[] {
  const prefill = settings.effective["prefill-graph-backend"] === "piecewise";
  const steps: Step[] = [];
  const total = 51;
  if (prefill) {
    const label = "Capturing CUDA graphs (mixed prefill-decode, PIECEWISE)";
    steps.push({ phase: "graphs", share: 0.3, lines: progress(label, total, [0], "it", seconds / 2) });
    steps.push({ phase: "graphs", share: 0.3, crisis: true, lines: progress(label, total, [27], "it", seconds / 2) });
    steps.push({ phase: "graphs", share: 0, lines: progress(label, total, [total], "it", seconds / 2) });
  }
  if (settings.effective["decode-graph"] === "on" && settings.resolved["compilation_config"] !== undefined) {
    const label = "Capturing CUDA graphs (decode, FULL)";
    steps.push({
      phase: "graphs",
      share: 0.4,
      ...(prefill ? {} : { crisis: true }),
      lines: progress(label, 35, [0, 17], "it", seconds / 2),
    });
    steps.push({ phase: "graphs", share: 0, lines: progress(label, 35, [35], "it", seconds / 2) });
  }
  if (steps.length === 0) return [];
  const registering =
    settings.effective["all-reduce"] === "on" ? [first("custom_all_reduce.py:215", "Registering 5049 cuda graph addresses")] : [];
  return [
    ...steps,
    {
      phase: "graphs",
      share: 0,
      lines: [...registering, first("gpu_model_runner.py:5246", `Graph capturing finished in ${Math.round(seconds)} secs, took 3.10 GiB`)],
    },
  ];
}
