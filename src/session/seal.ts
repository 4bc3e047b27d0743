import type { Diagnosis, IsolationTier, LaunchConfig } from "../model/index.ts";

/** What breaks in collective set-up when processes cannot reach each other's memory. */
const CLASSES: ReadonlySet<Diagnosis["class"]> = new Set(["nccl", "collective-hang", "shm-too-small"]);
const WORDS = /cudaIpc|CUDA IPC|peer[- ]access|\bP2P\b|pidfd|process_vm_readv|cuMemImportFromShareableHandle|multicast/i;

/**
 * Why the isolation may be at fault for a server that never came up, or `undefined`. That CUDA IPC and NCCL work among several GPUs inside
 * `sealed` has not been seen, so a failure that looks like theirs does not count before it was seen outside as well. Where the
 * configuration demands `sealed` nothing else is tried.
 */
export function suspectsSeal(
  tier: IsolationTier | undefined,
  { isolation, requireIsolation }: Pick<LaunchConfig, "isolation" | "requireIsolation">,
  diagnosis: Diagnosis | undefined,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  if (tier !== "sealed" || diagnosis === undefined) return undefined;
  if (isolation !== undefined || requireIsolation === "sealed" || (env["SERVEGATE_ISOLATION"] ?? "") !== "") return undefined;
  const said = [diagnosis.rootCause, ...diagnosis.evidence].find((text) => WORDS.test(text));
  if (!CLASSES.has(diagnosis.class) && said === undefined) return undefined;
  return `it died in collective set-up (${diagnosis.class}) inside the isolation "sealed", and was launched once more outside; if it serves there, write launch: { isolation: cgroup }`;
}
