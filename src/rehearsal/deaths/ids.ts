/** The ways a rehearsed server can end, each with the words of a real one. */
export const DEATH_IDS = [
  "tma-invalid",
  "decode-metadata",
  "kimi-tma-700",
  "oom",
  "kv-cache-too-small",
  "worker-killed",
  "port-in-use",
  "hang-in-warm-up",
  "die-mid-run",
] as const;
export type DeathId = (typeof DEATH_IDS)[number];
