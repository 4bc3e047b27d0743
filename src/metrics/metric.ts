import type { MetricTag, Samples, Unit } from "../model/index.ts";

/** One number about a server, with everything needed to compute, compare and print it. */
export interface Metric {
  /** What gates and reports call it: `ttft_p50`. */
  readonly tag: MetricTag;
  readonly title: string;
  readonly unit: Unit;
  readonly better: "higher" | "lower";
  /** Digits after the point when printed. */
  readonly digits: number;
  /** The definition, for the documentation. */
  readonly formula: string;
  /**
   * Name in the JSON of `vllm bench serve` where it writes the same quantity, so that dashboards keep working. vLLM's
   * `output_throughput` spans the whole run, so it is the name of our `output_throughput_whole`.
   */
  readonly field?: string;
  /** The value of one pass, or `undefined` where it was not measured or too few samples carry it; never zero for "nothing". */
  of(samples: Samples): Measured | undefined;
}

export interface Measured {
  readonly value: number;
  /** Samples behind the value: requests, gaps or questions. */
  readonly n: number;
  /** 95 % interval within this pass. */
  readonly low?: number;
  readonly high?: number;
}
