import type { Death } from "./death.ts";
import type { DeathId } from "./ids.ts";
import { kvCacheTooSmall, oom } from "./memory.ts";
import { decodeMetadata } from "./metadata.ts";
import { dieMidRun, hangInWarmUp, portInUse, workerKilled } from "./process.ts";
import { kimiTma700, tmaInvalid } from "./tma.ts";

export type { Death } from "./death.ts";
export { DEATH_IDS, type DeathId } from "./ids.ts";
export { portInUseLines } from "./process.ts";
export { type Loss, reaction } from "./wrappers.ts";

/** The shelf of scripted deaths. */
export const deaths: Readonly<Record<DeathId, Death>> = {
  "tma-invalid": tmaInvalid,
  "decode-metadata": decodeMetadata,
  "kimi-tma-700": kimiTma700,
  oom,
  "kv-cache-too-small": kvCacheTooSmall,
  "worker-killed": workerKilled,
  "port-in-use": portInUse,
  "hang-in-warm-up": hangInWarmUp,
  "die-mid-run": dieMidRun,
};
