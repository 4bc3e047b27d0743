import { createHash } from "node:crypto";
import { z } from "zod";
import type { CellRecord, LaunchRecord, Parsed, RunRecord } from "../../model/index.ts";
import { parseRecord } from "../../record/index.ts";

/** Name and version of one file of a history. */
export const ENTRY_SCHEMA = "servegate/history@1";

const envelope = z.object({ schema: z.literal(ENTRY_SCHEMA), sha256: z.string(), record: z.unknown() });

/** A record as a history keeps it: with a checksum over the record's JSON. */
export function entryText(record: RunRecord): string {
  const text = JSON.stringify(record);
  return `{"schema":${JSON.stringify(ENTRY_SCHEMA)},"sha256":"${checksum(text)}","record":${text}}\n`;
}

/** The record in an entry, or what is wrong with it: torn, altered, of another version. `path` names it in Problems. */
export function parseEntry(text: string, path: string): Parsed<RunRecord> {
  const refuse = (message: string): Parsed<RunRecord> => ({ ok: false, problems: [{ path, message }] });
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    return refuse("not whole: it is no JSON");
  }
  const schema = typeof found === "object" && found !== null && "schema" in found ? found.schema : undefined;
  if (typeof schema === "string" && schema !== ENTRY_SCHEMA && schema.startsWith("servegate/history@"))
    return refuse(`written in ${schema.slice(0, 60)}, which this version of Servegate does not read (it reads ${ENTRY_SCHEMA})`);
  const parsed = envelope.safeParse(found);
  if (!parsed.success) return refuse("not an entry of a history");
  const record = JSON.stringify(parsed.data.record);
  if (checksum(record) !== parsed.data.sha256) return refuse("its checksum does not match: it was altered or damaged");
  return parseRecord(record, path);
}

/**
 * What later comparisons need of a record and nothing more: numbers, outcomes and settings. The compacted form of an old entry also loses
 * its answers, so that a year of runs stays small; accuracy is then compared by its share.
 */
export function slim(record: RunRecord, compact: boolean): RunRecord {
  return { ...record, cells: record.cells.map((cell) => slimCell(cell, compact)) };
}

function slimCell(cell: CellRecord, compact: boolean): CellRecord {
  return { ...cell, notes: [], launches: cell.launches.map((launch) => slimLaunch(launch, compact)) };
}

function slimLaunch(launch: LaunchRecord, compact: boolean): LaunchRecord {
  const { diagnosis, outcome } = launch;
  return {
    ...launch,
    env: {},
    argv: compact ? [] : launch.argv,
    phases: compact ? [] : launch.phases.map(({ phase, fromMs, toMs }) => ({ phase, fromMs, toMs })),
    outcome:
      outcome.state === "failed" && "logTail" in outcome.failure ? { ...outcome, failure: { ...outcome.failure, logTail: [] } } : outcome,
    ...(diagnosis === undefined ? {} : { diagnosis: { ...diagnosis, findings: [] } }),
    checks: launch.checks.map(({ answers, rows, ...check }) => ({
      ...check,
      rows: compact ? rows.filter((row) => row.status === "failed") : rows,
      ...(compact || answers === undefined ? {} : { answers }),
    })),
  };
}

function checksum(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
