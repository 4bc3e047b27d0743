import type { CellId, MetricTag, Override, RunRecord } from "../model/index.ts";
import { list } from "./words.ts";

/**
 * The override that holds for a cell, or for one of its numbers: accepted by someone who may, for the commit that was measured, and naming
 * the cell or this number of it. Another push makes it void.
 */
export function overrideOf(record: RunRecord, cell: CellId, metric?: MetricTag): Override | undefined {
  const names = metric === undefined ? [cell] : [cell, `${cell}:${metric}`];
  return (record.overrides ?? []).find((override) => holds(record, override) && override.rows.some((row) => names.includes(row)));
}

/** `overridden by @alice for 1a2b3c4: known cost of the new kernel`. */
export function overrideText({ by, headSha, reason }: Override): string {
  return `overridden by @${by} for ${headSha.slice(0, 12)}: ${reason}`;
}

/** What became of every override, in sentences: used, void, refused, or naming nothing of this run. */
export function overrideNotes(record: RunRecord): string[] {
  const gated = record.run.gates.map((gate) => gate.metric);
  const known = new Set(record.cells.flatMap(({ cell }) => [cell.id, ...gated.map((metric) => `${cell.id}:${metric}`)]));
  return (record.overrides ?? []).map((override) => {
    const { by, headSha, rows, url, refused } = override;
    if (refused !== undefined) return `An override is not used: ${refused} (${url}).`;
    if (!holds(record, override)) return `The override by @${by} is void: it is for ${headSha.slice(0, 12)}, not for this commit (${url}).`;
    const unknown = rows.filter((row) => !known.has(row));
    const nothing = unknown.length === 0 ? "" : ` It names ${list(unknown)}, which this run does not have.`;
    return `${list(rows)} ${rows.length === 1 ? "is" : "are"} ${overrideText(override)} (${url}).${nothing}`;
  });
}

function holds({ run }: RunRecord, { headSha, refused }: Override): boolean {
  return refused === undefined && headSha !== "" && run.source?.headSha?.toLowerCase() === headSha;
}
