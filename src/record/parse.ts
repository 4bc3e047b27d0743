import { z } from "zod";
import { RECORD_SCHEMA } from "../model/index.ts";
import type { Parsed, Problem, RunRecord } from "../model/index.ts";
import { record } from "./schema/record.ts";

/** A record of 100 cells with 1,000 paired answers each is about 10 MB. */
export const LARGEST_RECORD_BYTES = 64 * 1024 * 1024;
const MOST_PROBLEMS = 20;

/**
 * The record in `text`, which may come from a fork and is trusted in nothing. Refused: more than 64 MiB, anything but JSON, another
 * schema, a missing or ill-typed field, a log path that leaves the run's folder. Dropped: fields this version does not know, since
 * a later version may add optional ones under the same schema name; what changes the meaning of a field gets a new schema name.
 * `path` says where the text came from, for the Problems.
 */
export function parseRecord(text: string, path: string): Parsed<RunRecord> {
  if (Buffer.byteLength(text) > LARGEST_RECORD_BYTES) return tooLarge(path);
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch (error) {
    return refuse({
      path,
      message: `not JSON (${said(error)})`,
      hint: "Name a record.json that Servegate wrote, or the folder that holds it.",
    });
  }
  const other = otherSchema(found, path);
  if (other !== undefined) return refuse(other);
  const parsed = record.safeParse(found);
  if (parsed.success) return { ok: true, value: parsed.data };
  return { ok: false, problems: issuesText(parsed.error).map((message) => ({ path, message })) };
}

export function tooLarge(path: string): { readonly ok: false; readonly problems: readonly Problem[] } {
  return refuse({ path, message: `larger than ${LARGEST_RECORD_BYTES / 1024 / 1024} MiB, the most a record may be` });
}

/** What does not fit the schema, one line per place: `cells[0].launches[1].outcome: …`. */
export function issuesText(error: z.core.$ZodError): string[] {
  const lines = error.issues.map((issue) => `${placeText(issue.path)}: ${lowerFirst(issue.message)}`);
  const more = lines.length - MOST_PROBLEMS;
  return more > 0 ? [...lines.slice(0, MOST_PROBLEMS), `and ${more} more places that do not fit ${RECORD_SCHEMA}`] : lines;
}

function otherSchema(found: unknown, path: string): Problem | undefined {
  const schema = typeof found === "object" && found !== null && "schema" in found ? found.schema : undefined;
  if (schema === RECORD_SCHEMA) return undefined;
  const version = typeof schema === "string" ? /^servegate\/record@(\d{1,9})$/.exec(schema)?.[1] : undefined;
  if (version === undefined) {
    const hint = `A record says "schema": "${RECORD_SCHEMA}".`;
    return {
      path,
      message: `not a Servegate record: its schema is ${schema === undefined ? "missing" : JSON.stringify(schema).slice(0, 80)}`,
      hint,
    };
  }
  return {
    path,
    message: `written in ${schema as string}, which this version of Servegate does not read (it reads ${RECORD_SCHEMA})`,
    hint: "Use the version of Servegate that wrote the record, or a newer one.",
  };
}

function placeText(path: readonly PropertyKey[]): string {
  const text = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part).slice(0, 80)}`)).join("");
  return text === "" ? "the record" : text.replace(/^\./, "");
}

function said(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, 120) : "unreadable";
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function refuse(problem: Problem): { readonly ok: false; readonly problems: readonly Problem[] } {
  return { ok: false, problems: [problem] };
}
