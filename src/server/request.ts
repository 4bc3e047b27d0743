import type { CoresApart } from "../shell/index.ts";
import type { Engine } from "../engines/index.ts";
import type {
  Endpoint,
  Failure,
  IsolationTier,
  LaunchConfig,
  Milliseconds,
  Phase,
  PhaseSpan,
  PlannedCell,
  StopReport,
} from "../model/index.ts";

/** What is needed to start one server. */
export interface StartRequest {
  readonly planned: PlannedCell;
  readonly engine: Engine;
  readonly launchConfig: LaunchConfig;
  /** The server is not to be started in namespaces of its own, unless the configuration demands it. */
  readonly outside?: boolean;
  /** 1-based. */
  readonly launchNumber: number;
  /** Folder of this launch; gets `server.log`. Made when it is not there. */
  readonly dir: string;
  readonly runId: string;
  readonly ledgerDir: string;
  /** Texts that must not reach the log or anything returned. */
  readonly secrets: readonly string[];
  /** Called once for each phase, in order; `atMs` counts from the launch. */
  readonly onPhase: (phase: Phase, atMs: Milliseconds, line?: string) => void;
  /** Says whether a line, as printed, is one that no server survives; ends the wait. */
  readonly fatal: (line: string) => boolean;
}

/** How a start ended. Whatever is not ready is already stopped and swept. */
export type Started =
  | { readonly state: "ready"; readonly server: RunningServer }
  | ({ readonly state: "failed"; readonly failure: Failure } & Ended)
  | ({ readonly state: "cancelled" } & Ended);

/** What remains of a server that never became ready. */
export interface Ended extends Told {
  readonly phases: readonly PhaseSpan[];
  /** The last lines as printed, at most 40, secrets redacted. */
  readonly logTail: readonly string[];
  /** The first 2,000 and last 8,000 lines, colour and the engine's prefix gone: what proofs of effect are sought in. */
  readonly lines: readonly string[];
  /** The same lines with the engine's prefix, which names worker and level: what a diagnosis reads. */
  readonly printed: readonly string[];
  readonly stop: StopReport;
}

interface Told {
  /** How it was kept from outliving us; absent where nothing was started by us. */
  readonly isolation?: IsolationTier;
  /** As started, port and name filled in, secrets redacted. */
  readonly argv: readonly string[];
  /** The launch's own variables, redacted likewise. */
  readonly env: Readonly<Record<string, string>>;
}

/** A server that answered a real completion. */
export interface RunningServer extends Told {
  readonly endpoint: Endpoint;
  readonly readyAfterMs: Milliseconds;
  phases(): PhaseSpan[];
  /** As `Ended.lines`. */
  lines(): readonly string[];
  /** As `Ended.printed`. */
  printed(): readonly string[];
  /** The engine's resolved settings, parsed; undefined where it offers none or they cannot be read. */
  serverInfo(): Promise<unknown>;
  /** Whether a process is of this server; undefined where no such process can be seen from here, or the server is somebody else's. */
  owns(pid: number): Promise<boolean | undefined>;
  /** Keeps threads of this process off the server's cores; `undefined` where the two share them. */
  keepApart(threads: readonly number[]): Promise<CoresApart | undefined>;
  /** Resolves when the process ends or prints a fatal line; never after `stop`, and never for a server we only attached to. */
  readonly died: Promise<Failure>;
  /** Stops it and proves that nothing is left. Calling again gives the same report. */
  stop(): Promise<StopReport>;
}
