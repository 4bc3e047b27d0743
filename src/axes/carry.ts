import { explain, satisfies } from "@renovatebot/pep440";
import type { AxisId } from "../model/index.ts";
import type { Axis, Carrying, RealEngine, Translation } from "./axis.ts";

/** How a value is carried out, and where that is known from; or why it cannot be. */
export type Carried =
  | { readonly ok: true; readonly carrying: Carrying; readonly source: string }
  | { readonly ok: false; readonly reason: string };

/**
 * Translates one value for one engine. Without a version, or with one that is no PEP 440 version, the newest row counts. A
 * development build counts as the release it leads to. `given` holds the cell's other axes, for values that are coupled. `refuses`
 * is what the installed engine says of arguments; what it refuses is written as another version's row has it, or is unsupported.
 */
export function carry(
  axis: Axis,
  value: string,
  engine: RealEngine,
  version?: string,
  given: Readonly<Record<AxisId, string>> = {},
  refuses: Refuses = () => undefined,
): Carried {
  if (!allows(axis, value)) return refused(`${axis.id} has no value "${value}"`);
  const rows = axis.engines[engine];
  if (rows === undefined || rows.length === 0) return refused(`${engine} has no translation for ${axis.id}`);
  const release = version === undefined ? undefined : releaseOf(version);
  const fitting = release === undefined ? newest(rows) : rows.filter((row) => includes(row, release));
  for (const row of fitting.filter((row) => isGiven(row, given))) {
    const found = lookUp(row, value);
    if (found !== undefined) {
      const reason = refuses(found.args);
      return reason === undefined
        ? { ok: true, carrying: found, source: row.source }
        : (inOtherWords(rows, value, given, refuses) ?? refused(reason));
    }
    const refusal = typeof row.refusals === "string" ? row.refusals : row.refusals?.[value];
    if (refusal !== undefined) return refused(refusal);
    if (row.given === undefined) return refused(`${axis.id}=${value} is not known to ${named(engine, version)}`);
  }
  return refused(`nothing is known about ${axis.id} in ${named(engine, version)}`);
}

/** Why the installed engine would not take these arguments, as it says itself; undefined when it takes them or was not asked. */
export type Refuses = (args: readonly string[]) => string | undefined;

/**
 * What another version's row writes, where the installed engine takes that: a build between two releases has the flags of either.
 * A row without arguments says only that a default was so, which the help cannot confirm.
 */
function inOtherWords(
  rows: readonly Translation[],
  value: string,
  given: Readonly<Record<AxisId, string>>,
  refuses: Refuses,
): Carried | undefined {
  for (const row of rows.filter((row) => isGiven(row, given))) {
    const found = lookUp(row, value);
    if (found !== undefined && found.args.length > 0 && refuses(found.args) === undefined)
      return { ok: true, carrying: { ...found, note: "written as the installed engine's help has it" }, source: row.source };
  }
  return undefined;
}

/** True when the axis has this value, or an open-ended one that looks like this. */
export function allows(axis: Axis, value: string): boolean {
  return "pattern" in axis.values ? axis.values.pattern.test(value) : axis.values.includes(value);
}

/** The rows for the newest versions: down to the first one that holds without conditions on other axes. */
function newest(rows: readonly Translation[]): readonly Translation[] {
  const last = rows.findIndex((row) => row.given === undefined);
  const top = rows[last];
  return rows.slice(0, last + 1).filter((row) => row.versions === undefined || row.versions === top?.versions);
}

function includes(row: Translation, release: string): boolean {
  return row.versions === undefined || satisfies(release, row.versions);
}

function isGiven(row: Translation, given: Readonly<Record<AxisId, string>>): boolean {
  return Object.entries(row.given ?? {}).every(([axis, value]) => given[axis] === value);
}

function lookUp(row: Translation, value: string): Carrying | undefined {
  if (typeof row.values === "function") return row.values(value);
  return Object.hasOwn(row.values, value) ? row.values[value] : undefined;
}

/**
 * `0.5.14.dev3+gabc` → `0.5.14`, `0.5.4.post1` stays. PEP 440's `<0.5.14` leaves out 0.5.14's own pre-releases, and `>=0.5.14`
 * does too, so that a nightly build would fall between two rows.
 */
function releaseOf(version: string): string | undefined {
  const read = explain(version);
  if (read === null) return undefined;
  // The published types say that `post` is a list; it is a number or null.
  const post = read.post as unknown as number | null;
  return `${read.release.join(".")}${post === null ? "" : `.post${post}`}`;
}

function refused(reason: string): Carried {
  return { ok: false, reason };
}

function named(engine: RealEngine, version: string | undefined): string {
  return version === undefined ? engine : `${engine} ${version}`;
}
