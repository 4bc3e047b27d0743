import type { AxisId, Cell, CellId, EngineId } from "./cell.ts";
import type { CheckResult, MetricValue } from "./check.ts";
import type { ResolvedSetting } from "./effect.ts";
import type { Diagnosis, Failure } from "./failure.ts";
import type { ExpectedFailure, Gate } from "./gate.ts";
import type { HistoryFacts } from "./history.ts";
import type { Override } from "./override.ts";
import type { CacheState, Phase, PhaseSpan } from "./phase.ts";
import type { SkippedCell } from "./plan.ts";
import type { Milliseconds, Timestamp } from "./units.ts";

export const RECORD_SCHEMA = "servegate/record@1";

/** The one document of a run. Everything after it is pure: the same record always gives the same verdict and reports. */
export interface RunRecord {
  readonly schema: typeof RECORD_SCHEMA;
  readonly run: RunHeader;
  readonly machine: MachineFacts;
  /** `running` in a file on disk whose writer is gone means interrupted; `record.read` says so. */
  readonly state: "running" | "finished" | "interrupted";
  readonly finishedAt?: Timestamp;
  readonly cells: readonly CellRecord[];
  readonly skipped: readonly SkippedCell[];
  /** Set on a baseline that was drawn from many runs; its launches are then those of the window, oldest first. */
  readonly history?: HistoryFacts;
  /** What people accepted on the pull request, for this commit or an earlier one. */
  readonly overrides?: readonly Override[];
  /** What the remedy ladder found; absent where it was not climbed. */
  readonly remedies?: readonly RemedyTrials[];
  /** Cells launched after the matrix to tell toggles apart; they explain failures and are judged by no gate. Absent means none. */
  readonly bisected?: readonly CellRecord[];
}

export interface RunHeader {
  readonly id: string;
  readonly startedAt: Timestamp;
  readonly harness: { readonly name: "servegate"; readonly version: string };
  /** True when the rehearsal engine stood in for a real one; every report then says "rehearsal (simulated)". */
  readonly simulated: boolean;
  /** `libraries`: versions of what the engine stands on, by name; absent where it could not be asked. */
  readonly engine: { readonly id: EngineId; readonly version?: string; readonly libraries?: Readonly<Record<string, string>> };
  readonly model: string;
  readonly axes: Readonly<Record<AxisId, readonly string[]>>;
  readonly gates: readonly Gate[];
  readonly expectedFailures: readonly ExpectedFailure[];
  /** Day on which expiry of expected failures is judged, `YYYY-MM-DD`, so that replay does not read a clock. */
  readonly today: string;
  /** Checks that were asked for, so that a missing one is seen. */
  readonly checks: readonly string[];
  /** Launches planned for each cell; confirmation may have added more. */
  readonly launches?: number;
  /** Launches that confirmation may add to a cell; absent where none may. */
  readonly confirm?: number;
  /** Runs of the history that a cell must have served in before its gates decide; absent means none. */
  readonly advisory?: number;
  readonly image?: ContainerImage;
  /** Price of one hour of one GPU, as the configuration says. */
  readonly price?: Price;
  /** Shared by the two sides of one job that launched base and head in turns; launches of the same number are then pairs. */
  readonly pair?: string;
  readonly source?: { readonly repository?: string; readonly headSha?: string; readonly baseSha?: string; readonly pullRequest?: number };
}

/** Container image of the launches. */
export interface ContainerImage {
  readonly name: string;
  /** Of its registry; absent for an image that was built on the machine. */
  readonly digest?: string;
  /** Of that machine, for an image without a digest. */
  readonly id?: string;
}

export interface Price {
  readonly amount: number;
  /** Three letters, ISO 4217. */
  readonly currency: string;
}

/** How servers are kept from outliving us, strongest first. */
export const ISOLATION_TIERS = ["sealed", "container", "cgroup", "tracked"] as const;
export type IsolationTier = (typeof ISOLATION_TIERS)[number];

export interface MachineFacts {
  readonly gpus: readonly { readonly name: string; readonly uuid: string; readonly memoryBytes: number }[];
  readonly driver?: string;
  /** Why the GPUs could not be asked though there is somebody to ask; `gpus` is then empty, and not because there are none. */
  readonly gpusUnknown?: string;
  /** Why the kernel's log could not be read, so that an Xid would not have been seen; absent where it was read, or nothing was asked. */
  readonly kernelLogUnread?: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly os: string;
  /** How servers were kept from outliving us. */
  readonly isolation: IsolationTier;
}

export interface CellRecord {
  readonly cell: Cell;
  readonly notes: readonly string[];
  /** One entry per launch, in order. */
  readonly launches: readonly LaunchRecord[];
  /** Launches that the machine spoiled, kept for inspection; they count for nothing. Absent means none. */
  readonly voided?: readonly VoidedLaunch[];
}

/** Remedies tried on a cell that crashed, in order, until one served. */
export interface RemedyTrials {
  readonly cell: CellId;
  readonly trials: readonly RemedyTrial[];
  /** Axis values of the one that served, as text: `custom-all-reduce=off`; absent where none did. */
  readonly found?: string;
}

export interface RemedyTrial {
  readonly text: string;
  /** What was changed of the cell. */
  readonly axes: Readonly<Record<AxisId, string>>;
  readonly outcome: "served" | "failed" | "not-run";
  /** What it failed with, or why it was not run. */
  readonly why?: string;
  /** What it measured, for what it costs. */
  readonly metrics: readonly MetricValue[];
}

export interface VoidedLaunch {
  readonly launch: LaunchRecord;
  readonly reason: string;
}

export interface LaunchRecord {
  /** 1-based. */
  readonly number: number;
  readonly startedAt: Timestamp;
  /** As started, with port and name filled in; secrets redacted. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly phases: readonly PhaseSpan[];
  /** Absent where the engine did not say. Times of a cold start and of a warm one are no likes. */
  readonly caches?: CacheState;
  readonly resolved: readonly ResolvedSetting[];
  readonly checks: readonly CheckResult[];
  readonly outcome: Outcome;
  readonly diagnosis?: Diagnosis;
  readonly stop?: StopReport;
  /** Path of the server's log, relative to the record. */
  readonly log: string;
  /** Where the server already ran; absent for one that was started. */
  readonly url?: string;
}

/** How a launch ended. Numbers exist only on what was measured. */
export type Outcome =
  | { readonly state: "measured"; readonly readyAfterMs: Milliseconds }
  | { readonly state: "failed"; readonly failure: Failure; readonly readyAfterMs?: Milliseconds }
  | { readonly state: "interrupted"; readonly during: Phase };

export interface StopReport {
  readonly tookMs: Milliseconds;
  /** `not-ours` for a server we attached to. */
  readonly how: "graceful" | "killed" | "already-gone" | "not-ours";
  /** What was still there afterwards, in words; empty is the promise. */
  readonly leftovers: readonly string[];
  /** What the server left in shared memory and was removed, and what appeared there meanwhile and is nobody's that can be seen, in words. */
  readonly sharedMemory?: readonly string[];
}
