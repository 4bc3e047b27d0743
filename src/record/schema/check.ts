import { z } from "zod";
import type { CheckResult } from "../../model/index.ts";
import { count, milliseconds, unit } from "./parts.ts";
import type { Same } from "./same.ts";

const row = z.object({ id: z.string(), title: z.string(), status: z.enum(["passed", "failed", "skipped"]), detail: z.string() });

export const metricValue = z.object({
  metric: z.string(),
  workload: z.string(),
  value: z.number(),
  unit,
  n: count,
  low: z.number().exactOptional(),
  high: z.number().exactOptional(),
});

const answer = z.object({ id: z.string(), outcome: z.enum(["right", "wrong", "error"]), got: z.string().exactOptional() });

const validity = z.object({ state: z.enum(["valid", "degraded", "invalid"]), reasons: z.array(z.string()) });

const work = z.object({ asked: count, completed: count, errors: z.record(z.string(), count) });

const number = z.number().exactOptional();

const gpuTelemetry = z.object({
  workload: z.string(),
  windowMs: milliseconds,
  gpus: z.array(
    z.object({
      uuid: z.string(),
      samples: count,
      powerWatts: number,
      energyJoules: number,
      temperatureMax: number,
      memoryTemperatureMax: number,
      smClockMhz: number,
      smClockMhzMin: number,
      utilisationPercent: number,
      memoryUsedBytesMax: number,
      powerCappedMs: number,
      thermalThrottledMs: number,
      powerBrakeMs: number,
      uncorrectedErrors: number,
    }),
  ),
  joulesPerOutputToken: number,
});

export const checkResult = z.object({
  id: z.enum(["smoke", "accuracy", "numerics", "throughput"]),
  workload: z.string(),
  status: z.enum(["passed", "failed", "skipped", "error"]),
  message: z.string(),
  rows: z.array(row),
  metrics: z.array(metricValue),
  durationMs: milliseconds,
  answers: z.array(answer).exactOptional(),
  repeats: z.object({ asked: z.number(), flipped: z.number() }).exactOptional(),
  stoppedEarly: z.object({ of: z.number(), confidence: z.number() }).exactOptional(),
  greedy: z.object({ texts: z.array(z.object({ id: z.string(), text: z.string() })), unstable: z.array(z.string()) }).exactOptional(),
  scores: z.array(z.object({ id: z.string(), tokens: z.string(), logprobs: z.array(z.number()) })).exactOptional(),
  validity: validity.exactOptional(),
  gpu: z.array(gpuTelemetry).exactOptional(),
  work: work.exactOptional(),
});

true satisfies Same<z.infer<typeof checkResult>, CheckResult>;
