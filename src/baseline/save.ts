import type { RunRecord } from "../model/index.ts";
import { saveRecord } from "../record/index.ts";
import { unkeepable } from "./history/index.ts";

/**
 * Keeps `record` as `dir/record.json` for later runs to compare with, whole or not at all. Refused, with the reason, when the run
 * did not finish or measured nothing: every later run would be compared with a hole. Throws `StorageError` when it cannot be written.
 */
export async function saveBaseline(record: RunRecord, dir: string): Promise<{ saved: string } | { refused: string }> {
  const refused = unkeepable(record);
  return refused === undefined ? { saved: await saveRecord(record, dir) } : { refused };
}
