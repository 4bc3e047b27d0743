import type { AxisId, EngineId } from "./cell.ts";
import type { ExpectedFailure, Gate } from "./gate.ts";
import type { IsolationTier, Price } from "./record.ts";
import type { Slo } from "./sample.ts";
import type { Milliseconds } from "./units.ts";

/** `.github/servegate.yml`, checked and with every default filled in. */
export interface Config {
  readonly version: 1;
  readonly engine: EngineId;
  /** PEP 440 version of the engine; asked from the installed engine where absent. */
  readonly engineVersion?: string;
  readonly model: string;
  readonly launch: LaunchConfig;
  readonly machine: {
    readonly gpu?: string;
    readonly count?: number;
    /** How long to wait for GPUs that another run has leased; half an hour when absent. */
    readonly waitMs?: Milliseconds;
    /** What one hour of one GPU costs; reports then say what a run cost. */
    readonly price?: Price;
  };
  readonly matrix: MatrixConfig;
  /** Launches of each cell; the launch is the unit of replication. */
  readonly launches: number;
  /** What the run may take, by estimate; cells beyond it are cut. */
  readonly budget?: { readonly minutes?: number; readonly gpuHours?: number };
  /** More launches that a cell may get where its numbers lean towards a regression, so that none is called on luck; none when absent. */
  readonly confirm?: number;
  /** Runs of the history that a cell must have served in before its gates decide; they decide at once when absent. */
  readonly advisory?: number;
  /** Try the diagnosis' remedies on a cell that crashes, at most so many; none when absent. */
  readonly remedies?: number;
  /** Launch cells that the matrix lacks to tell which toggles break, at most so many; none when absent. */
  readonly bisect?: number;
  readonly expectedFailures: readonly ExpectedFailure[];
  readonly smoke: SmokeConfig | undefined;
  readonly accuracy: readonly AccuracyConfig[];
  /** Absent or `undefined`: not asked for. */
  readonly numerics?: NumericsConfig | undefined;
  readonly throughput: readonly ThroughputConfig[];
  readonly baseline: BaselineConfig;
  readonly gates: readonly Gate[];
  readonly rehearsal: RehearsalConfig | undefined;
}

export interface LaunchConfig {
  /** Exactly this tier of isolation; the strongest that works here when absent. */
  readonly isolation?: IsolationTier;
  /** No tier weaker than this one; servers are not started in a weaker one. */
  readonly requireIsolation?: IsolationTier;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Stands before the whole command line: `srun …`, `numactl …`. */
  readonly prefix?: readonly string[];
  /** Replaces the engine's own program, for example `[/opt/venv/bin/vllm, serve]`; for `command`, the whole argv. */
  readonly command: readonly string[] | undefined;
  /** Runs the program in a container of its own. */
  readonly docker?: DockerConfig;
  /** Attach to a server that is already running instead of starting one; such a server is never stopped. */
  readonly url: string | undefined;
  readonly readyTimeoutMs: Milliseconds;
  /** Start-up is given up when no new progress marker appears for this long. */
  readonly stallTimeoutMs: Milliseconds;
  /** Time allowed for one request, the first one included. */
  readonly requestTimeoutMs: Milliseconds;
}

/** One container a launch; it is named, labelled, published on loopback alone and removed after it. */
export interface DockerConfig {
  readonly image: string;
  /** `leased`: the GPUs of the run, all of the machine's where it leases none. */
  readonly gpus: "leased" | "none";
  readonly ipc: "private" | "host";
  /** Size of `/dev/shm` as docker takes it; of no meaning with the host's. */
  readonly shmSize: string;
  /** `/host/path:/container/path[:ro]`. */
  readonly volumes: readonly string[];
  /** Further words of `docker run`. */
  readonly options: readonly string[];
}

export interface MatrixConfig {
  /** Values per axis, in the order written. */
  readonly axes: Readonly<Record<AxisId, readonly string[]>>;
  readonly exclude: readonly Readonly<Record<AxisId, string>>[];
  readonly include: readonly Readonly<Record<AxisId, string>>[];
}

export interface SmokeConfig {
  /** Requests sent at once by the concurrency row. */
  readonly concurrent: number;
}

export interface AccuracyConfig {
  /** `arithmetic` (built in) or a path to a JSONL file of questions with a number, choices or a JSON Schema. */
  readonly dataset: string;
  /** The file's SHA-256 in hexadecimal; another file is not asked. */
  readonly sha256?: string;
  readonly questions: number;
  readonly concurrency: number;
  readonly maxTokens: number;
  /** Which endpoint asks the questions. */
  readonly endpoint: "chat" | "completions";
  /** Solved examples that stand before every question, from a file of their own. */
  readonly shots?: { readonly from: string; readonly count: number; readonly sha256?: string };
  /** Questions asked twice, so that it is known how many answers change by themselves; none when absent. */
  readonly repeat?: number;
  /** Stop once the answers so far, paired with the baseline's, lie surely on one side of this loss in points. */
  readonly stopEarly?: { readonly margin: number };
  /** Another program asks: its command line, with `{url}`, `{model}` and `{out}`; or `lm_eval` with further arguments. */
  readonly asks?:
    | { readonly kind: "command"; readonly command: readonly string[]; readonly timeoutMs: Milliseconds }
    | { readonly kind: "lm-eval"; readonly command: readonly string[]; readonly args: readonly string[]; readonly timeoutMs: Milliseconds };
  /** A file of results per question: of the program that asks, in `{out}`, or stored beforehand. */
  readonly results?: string;
}

export interface NumericsConfig {
  /** Sequences decoded at once; sizes on both sides of the sizes that graphs are captured for. */
  readonly batchSizes: readonly number[];
  /** Tokens generated per sequence. */
  readonly tokens: number;
  /** Length in tokens of one more prompt; 0 for none. */
  readonly longPrompt: number;
  /** From this mean divergence on the check fails, in nats a token. */
  readonly limit: number;
}

export interface ThroughputConfig {
  /** Prompt and answer length in tokens; of a workload's requests those that do not say theirs. */
  readonly input: number;
  readonly output: number;
  /** Requests in flight, level by level; empty where `rate` or a replay decides when they leave. */
  readonly concurrency: readonly number[];
  /** Requests a second, level by level: they leave at random times (Poisson), whatever the server does. */
  readonly rate?: readonly number[];
  /** With `rate`: shape of gamma gaps; 1 is Poisson, below it requests come in bursts. */
  readonly burstiness?: number;
  /** Lengths differ from request to request by up to this share, all equally likely. */
  readonly spread?: number;
  /** The first `tokens` of each prompt are one of `groups` beginnings. */
  readonly prefix?: { readonly tokens: number; readonly groups: number };
  /** Requests of a file, used in turn. */
  readonly workload?: WorkloadConfig;
  /** What a request must meet to count for goodput. */
  readonly slo?: Slo;
  /** Requests per level; default `max(16, 4 × concurrency)`, half a minute's at a rate, or all of a replay. */
  readonly requests: number | undefined;
}

export interface WorkloadConfig {
  /** A JSONL, trace or ShareGPT file. */
  readonly path: string;
  /** The file's SHA-256 in hexadecimal; another file is not sent. */
  readonly sha256?: string;
  /** Requests leave at the file's timestamps. */
  readonly replay: boolean;
}

export interface RehearsalConfig {
  /** Whose flags, log lines and endpoints the rehearsal engine speaks. */
  readonly dialect: "vllm" | "sglang";
  /** A built-in scenario's name or a path to a scenario file. */
  readonly scenario: string;
}

export type BaselineConfig =
  | { readonly from: "none" }
  /** A folder that holds `record.json`, or the file itself. */
  | { readonly from: "directory"; readonly path: string; readonly maxAgeMs?: Milliseconds }
  /** An append-only folder of records; compared with the last `window` launches of each cell. */
  | { readonly from: "history"; readonly path: string; readonly window: number; readonly maxAgeMs?: Milliseconds }
  /** Both builds are launched in turns by this run: `base` and `head` replace the program that starts the engine. */
  | { readonly from: "rebuild"; readonly base: readonly string[]; readonly head: readonly string[] }
  /** The history of the base branch `branch`, kept on the branch `store` of a remote. */
  | {
      readonly from: "branch";
      readonly branch: string;
      readonly store: string;
      readonly remote: string;
      readonly window: number;
      readonly maxAgeMs?: Milliseconds;
    };
