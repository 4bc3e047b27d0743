import type { CacheLines } from "./caches.ts";
import type { EndpointDialect, EngineId, Phase } from "../model/index.ts";

/** What the planner knows about where servers will run. */
export interface Site {
  /** Node executable and path of the rehearsal program, for the rehearsal engine. */
  readonly rehearsal: readonly string[];
}

/** Everything that argv is built from. */
export interface LaunchRequest {
  readonly model: string;
  /** PEP 440; absent when the engine could not be asked, then the newest translation is used. */
  readonly version?: string;
  /** User's arguments, then those of the axes. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Address to listen on; loopback when absent. */
  readonly host?: string;
  /** User's replacement of the program, when given. */
  readonly command?: readonly string[];
  readonly site: Site;
  readonly rehearsal?: { readonly dialect: RehearsalDialect; readonly scenario: string };
}

/** Engines that the rehearsal program can stand in for. */
export type RehearsalDialect = "vllm" | "sglang";

/** A stretch of start-up, opened by any of its markers; several alternatives, because markers are dropped between versions. */
export interface Marker {
  readonly phase: Phase;
  readonly patterns: readonly RegExp[];
}

/** A server as data and pure functions; the harness does the acting. */
export interface Engine {
  readonly id: EngineId;
  readonly title: string;
  /** The program that is started where the user names none; in an image it is asked for its version and help. */
  readonly program: readonly string[];
  /** Full argv and extra environment, with `{port}`, `{name}` and `{model}` left open. */
  launch(request: LaunchRequest): { readonly argv: readonly string[]; readonly env: Readonly<Record<string, string>> };
  /** How to ask the installed engine for its version; absent when it has none. `parse` takes stdout and stderr together. */
  readonly version:
    | { readonly argv: (command: readonly string[] | undefined) => readonly string[]; parse(output: string): string | undefined }
    | undefined;
  /** How to have the installed engine print every flag it takes; absent when it cannot. Importing it takes 5–20 s. */
  readonly help?: (command: readonly string[] | undefined) => readonly string[];
  /** `name-flag`: served under a name of our choosing; `model-path`: under the path it was given, so a link is made. */
  readonly servedAs: "name-flag" | "model-path" | "first-listed";
  /** Taken off a log line before patterns are tried: rank, time, level; colour is already gone. Global flag not set. */
  readonly prefix: RegExp;
  readonly markers: readonly Marker[];
  /** How its start-up tells whether compiled graphs were found or made; absent where it does not. */
  readonly caches?: CacheLines;
  /** Lines that no server survives. Root causes are diagnosed later; these only end the wait. */
  readonly fatal: readonly RegExp[];
  readonly dialect: EndpointDialect;
}
