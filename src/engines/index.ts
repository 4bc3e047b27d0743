import type { EngineId } from "../model/index.ts";
import { command } from "./command/index.ts";
import type { Engine, RehearsalDialect } from "./engine.ts";
import { rehearsal } from "./rehearsal/index.ts";
import { sglangServerInfo } from "./sglang/argv.ts";
import { sglang } from "./sglang/index.ts";
import { transformers } from "./transformers/index.ts";
import { vllm } from "./vllm/index.ts";

export { cacheState } from "./caches.ts";
export { cleanLine } from "./clean.ts";
export { type Evidence, resolveEffects } from "./effect.ts";
export type { Engine, LaunchRequest, Marker, RehearsalDialect, Site } from "./engine.ts";
export { refusal } from "./accepts.ts";
export { type Help, type HelpFlag, helpEnvironment, parseHelp } from "./help.ts";
export { type Retired, retired } from "./retired.ts";
export { isAtLeast } from "./versions.ts";
export { CONTAINER_HOST, CONTAINER_LABEL, dockerAsk, dockerRun, versionOfImage } from "./docker.ts";
export { type LaunchPlace, fillLaunch } from "./fill.ts";
export { type FlagUse, flagUses, reservedFlags, sameFlag } from "./flags.ts";
export { phaseReader } from "./phases.ts";
export { rehearsedVersion } from "./rehearsal/index.ts";

/** Every server Servegate knows how to launch; the rehearsal in SGLang's dialect. */
export const engines: readonly Engine[] = [vllm, sglang, transformers, rehearsal("sglang"), command];

/**
 * The adapter of one engine. For `rehearsal` the log knowledge is that of the dialect's engine. With a version, what depends on
 * it is fitted: SGLang before 0.5.6 kept its resolved settings under another path.
 */
export function engineFor(id: EngineId, rehearsalDialect: RehearsalDialect = "sglang", version?: string): Engine {
  const engine = id === "rehearsal" ? rehearsal(rehearsalDialect) : engines.find((item) => item.id === id);
  if (engine === undefined) throw new Error(`no engine "${id}" on the shelf`);
  const speaksSglang = id === "sglang" || (id === "rehearsal" && rehearsalDialect === "sglang");
  if (!speaksSglang) return engine;
  return { ...engine, dialect: { ...engine.dialect, serverInfo: sglangServerInfo(version) } };
}
