import type { MetricTag } from "./gate.ts";
import type { Milliseconds, Unit } from "./units.ts";

export type CheckId = "smoke" | "accuracy" | "numerics" | "throughput";

/** What a server under test looks like from outside. */
export interface Endpoint {
  /** `http://127.0.0.1:PORT`, no trailing slash. */
  readonly url: string;
  /** The served-model name to ask for. */
  readonly model: string;
  readonly dialect: EndpointDialect;
  readonly requestTimeoutMs: Milliseconds;
  /** Token ids that the model surely has, `[from, to)`, where its folder says how many there are. */
  readonly vocabulary?: readonly [from: number, to: number];
}

/** What the endpoint understands beyond plain OpenAI requests; engines differ, and an unknown field can be a 422. */
export interface EndpointDialect {
  /** `/v1/completions` takes arrays of token ids. */
  readonly tokenPrompts: boolean;
  /** `ignore_eos` and `min_tokens` are understood, so that answers have an exact length. */
  readonly ignoreEos: boolean;
  /** `stream_options.include_usage` must be asked for; otherwise usage comes by itself. */
  readonly streamOptions: boolean;
  /** `logprobs` are offered. */
  readonly logprobs: boolean;
  /** `/health` exists. */
  readonly health: boolean;
  /** `/v1/models` names the served model; absent means that it does. `transformers serve` lists its download cache instead. */
  readonly listsModel?: boolean;
  /** How log-probabilities of given token ids are asked for; absent where that is not offered or not known. */
  readonly scoring?: "vllm" | "sglang";
  /** `/metrics` in Prometheus form, when the engine offers it. */
  readonly metrics: boolean;
  /** Path of the resolved settings, such as `/server_info`. */
  readonly serverInfo: string | undefined;
}

/** One line of a check that people can tick off. */
export interface CheckRow {
  readonly id: string;
  readonly title: string;
  readonly status: "passed" | "failed" | "skipped";
  /** What was seen, or why it was skipped. */
  readonly detail: string;
}

/** A number with its meaning. Absent numbers are absent rows, never zeros. */
export interface MetricValue {
  readonly metric: MetricTag;
  /** What was done, so that like joins with like: `1024→1024 c=16`, `gsm8k n=200`. */
  readonly workload: string;
  readonly value: number;
  readonly unit: Unit;
  /** Samples behind the value. */
  readonly n: number;
  /** 95 % interval within this launch, from the same samples. Launch-to-launch noise is not in it. */
  readonly low?: number;
  readonly high?: number;
}

export interface Answer {
  readonly id: string;
  /** An error is an error, never a wrong answer. */
  readonly outcome: "right" | "wrong" | "error";
  /** What was extracted, at most 80 characters. */
  readonly got?: string;
}

/** Mean divergence of log-probabilities, nats a token: sound engines in BF16 stay below the first, broken kernels reach the second. */
export const KL_NOISE = 0.0025;
export const KL_BROKEN = 0.01;

/** Teacher-forced log-probabilities of one fixed text, so that any two servers of one model can be compared. */
export interface SequenceScores {
  readonly id: string;
  /** Hash of the token ids; texts that tokenise differently cannot be compared. */
  readonly tokens: string;
  /** Per token after the first; natural logarithm, four digits. */
  readonly logprobs: readonly number[];
}

/** What a server said at temperature 0 to fixed prompts that were asked all at once, so that any two servers of one model can be compared. */
export interface GreedyAnswers {
  readonly texts: readonly { readonly id: string; readonly text: string }[];
  /** Ids of those that it answered otherwise when all was asked again. */
  readonly unstable: readonly string[];
}

/** Whether a throughput number may be believed. */
export interface Validity {
  readonly state: "valid" | "degraded" | "invalid";
  readonly reasons: readonly string[];
}

/** What one GPU did while something was measured. A number that the driver did not tell is absent. */
export interface GpuWindow {
  readonly uuid: string;
  /** Looks that fell into the window; about one a second. */
  readonly samples: number;
  /** Mean over the window. */
  readonly powerWatts?: number;
  readonly energyJoules?: number;
  /** Degrees Celsius. */
  readonly temperatureMax?: number;
  readonly memoryTemperatureMax?: number;
  readonly smClockMhz?: number;
  readonly smClockMhzMin?: number;
  readonly utilisationPercent?: number;
  readonly memoryUsedBytesMax?: number;
  /** Time slowed by the power limit, which is normal under load. */
  readonly powerCappedMs?: Milliseconds;
  /** Time slowed by heat, and by the power supply; neither is normal. */
  readonly thermalThrottledMs?: Milliseconds;
  readonly powerBrakeMs?: Milliseconds;
  /** Memory errors that could not be corrected, new in the window. */
  readonly uncorrectedErrors?: number;
}

/** The GPUs over the measured window of one workload: from the first request sent to the last one answered, warm-up left out. */
export interface GpuTelemetry {
  readonly workload: string;
  readonly windowMs: Milliseconds;
  readonly gpus: readonly GpuWindow[];
  /** Energy of all GPUs by tokens generated in the window. */
  readonly joulesPerOutputToken?: number;
}

export interface CheckResult {
  readonly id: CheckId;
  /** What was done, when a check runs several workloads; part of the joining key. */
  readonly workload: string;
  /** `error` means the check could not be carried out; it never counts as passed. */
  readonly status: "passed" | "failed" | "skipped" | "error";
  readonly message: string;
  readonly rows: readonly CheckRow[];
  readonly metrics: readonly MetricValue[];
  readonly durationMs: Milliseconds;
  /** Per question, so that any two runs can be paired. */
  readonly answers?: readonly Answer[];
  readonly scores?: readonly SequenceScores[];
  readonly greedy?: GreedyAnswers;
  /** Questions that were asked twice, and how many answers were right once and wrong once. */
  readonly repeats?: { readonly asked: number; readonly flipped: number };
  /** Set where not every question was asked because those asked settled it; intervals on them stand at this confidence. */
  readonly stoppedEarly?: { readonly of: number; readonly confidence: number };
  readonly validity?: Validity;
  /** What the GPUs did meanwhile, where there are any that can be asked. */
  readonly gpu?: readonly GpuTelemetry[];
  /** Requests asked, completed and failed by class; work proof for anything that sends load. */
  readonly work?: {
    readonly asked: number;
    readonly completed: number;
    readonly errors: Readonly<Record<string, number>>;
  };
}
