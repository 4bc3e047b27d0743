import type { RunRecord } from "../model/index.ts";
import { saveRecord } from "../record/index.ts";

/**
 * Keeps `record` as `dir/record.json` for later runs to compare with, whole or not at all. Refused, with the reason, when the run
 * did not finish or measured nothing: every later run would be compared with a hole. Throws `StorageError` when it cannot be written.
 */
export async function saveBaseline(record: RunRecord, dir: string): Promise<{ saved: string } | { refused: string }> {
  if (record.state !== "finished") return { refused: `the run is ${record.state}, and a baseline must be of a finished run` };
  const measured = record.cells.some((cell) => cell.launches.some((launch) => launch.outcome.state === "measured"));
  if (!measured) return { refused: "no cell was measured, so there is nothing to compare with" };
  return { saved: await saveRecord(record, dir) };
}
