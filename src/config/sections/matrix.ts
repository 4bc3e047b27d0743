import { z } from "zod";
import { axes, axisById } from "../../axes/index.ts";
import type { RealEngine } from "../../axes/index.ts";
import type { AxisId, MatrixConfig } from "../../model/index.ts";
import { axisValue, fits, refused } from "../axis-value.ts";
import { leaf } from "../leaves.ts";
import type { Path } from "../place.ts";
import type { Reader } from "../reader.ts";
import { suggest } from "../suggest.ts";
import { readCondition } from "./condition.ts";

const RESERVED = ["exclude", "include"];

/**
 * Axes with their values as text, cells to leave out and cells to add. `engine` is the one whose translations are used, which for a
 * rehearsal is the one it stands in for; absent when it could not be read, and then translations are not looked for.
 */
export function readMatrix(reader: Reader, engine: RealEngine | undefined): MatrixConfig {
  const written = reader.keys(["matrix"], "`matrix: { kv-cache-dtype: [auto, fp8] }`").filter((key) => !RESERVED.includes(key));
  const values: Record<AxisId, readonly string[]> = {};
  for (const id of written) values[id] = knownAxis(reader, id, ["matrix", id], engine) ? readValues(reader, id) : [];
  const exclude = reader.items(["matrix", "exclude"]).map((path) => readCondition(reader, path, values, "excludes nothing"));
  const include = reader.items(["matrix", "include"]).map((path) => readCell(reader, path, engine));
  return { axes: values, exclude: exclude.filter((one) => one !== undefined), include: include.filter((one) => one !== undefined) };
}

function knownAxis(reader: Reader, id: string, path: Path, engine: RealEngine | undefined): boolean {
  const axis = axisById(id);
  if (axis === undefined) {
    const known = axes.filter((one) => engine === undefined || one.engines[engine] !== undefined).map((one) => one.id);
    reader.object(path, `unknown axis "${id}"`, suggest(id, [...known, ...RESERVED]), "key");
    return false;
  }
  if (engine !== undefined && axis.engines[engine] === undefined) {
    const known = axes.filter((one) => one.engines[engine] !== undefined).map((one) => one.id);
    const hint = known.length === 0 ? "It has no axes; give what differs in `launch`." : `Its axes: ${known.join(", ")}.`;
    reader.object(path, `engine "${engine}" has no translation for the axis "${id}"`, hint, "key");
    return false;
  }
  return true;
}

const scalars = leaf(z.array(z.unknown()).min(1), "a list of at least one value", "[on, off]");

function readValues(reader: Reader, id: AxisId): readonly string[] {
  const path = ["matrix", id];
  const found = reader.take(scalars, path) ?? [];
  const values = found.flatMap((_, i) => readValue(reader, id, [...path, i]) ?? []);
  for (const [i, value] of values.entries())
    if (values.indexOf(value) !== i)
      reader.object([...path, i], `"${value}" is listed twice for "${id}"`, "Keep one of the two; on, yes and true are the same value.");
  return values;
}

function readValue(reader: Reader, id: AxisId, path: Path): string | undefined {
  const axis = axisById(id);
  const value = axisValue(reader.value(path), axis);
  if (axis !== undefined && value !== undefined && fits(value, axis)) return value;
  reader.object(path, ...refused(value, reader.value(path), id, axis));
  return undefined;
}

/** A cell of its own: any known axis, any value of it, in the matrix or not. */
function readCell(reader: Reader, path: Path, engine: RealEngine | undefined): Readonly<Record<AxisId, string>> | undefined {
  const ids = reader.keys(path, "`- { kv-cache-dtype: fp8 }`");
  if (ids.length === 0) {
    if (Object.keys(reader.value(path) ?? {}).length === 0)
      reader.object(path, "the included cell names no axis", "Write `- { kv-cache-dtype: fp8 }`.");
    return undefined;
  }
  const entries = ids.map(
    (id) => [id, knownAxis(reader, id, [...path, id], engine) ? readValue(reader, id, [...path, id]) : undefined] as const,
  );
  return entries.every((entry): entry is [string, string] => entry[1] !== undefined) ? Object.fromEntries(entries) : undefined;
}
