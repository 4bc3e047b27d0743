import type { Publisher } from "../github/index.ts";
import type { RunRecord } from "../model/index.ts";
import { saveRecord } from "../record/index.ts";

/**
 * The record with what people accepted on its pull request, as GitHub says it now and never as the record claims, stored so that the same
 * verdict can be computed from it anywhere.
 */
export async function withOverrides(record: RunRecord, to: Publisher | undefined, outDir: string): Promise<RunRecord> {
  const { overrides: claimed, ...plain } = record;
  const overrides = (await to?.overrides()) ?? [];
  if (overrides.length === 0 && claimed === undefined) return record;
  const judged = overrides.length === 0 ? plain : { ...plain, overrides };
  await saveRecord(judged, outDir);
  return judged;
}
