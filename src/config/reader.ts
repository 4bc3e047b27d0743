import type { z } from "zod";
import type { Problem } from "../model/index.ts";
import { explain, shown } from "./explain.ts";
import { pathText } from "./place.ts";
import type { Path, Spot } from "./place.ts";
import type { Source } from "./yaml.ts";

/** The document as the sections see it. Every `undefined` that stands for something wrong has left a Problem behind. */
export interface Reader {
  readonly problems: readonly Problem[];
  /** The value at a path; `undefined` where the document has none. */
  value(path: Path): unknown;
  has(path: Path): boolean;
  /** The value when it fits the schema. */
  take<T>(schema: z.ZodType<T>, path: Path): T | undefined;
  /** Paths of the items of a list; none when it is absent, or is no list. */
  items(path: Path): readonly Path[];
  /** Keys of a map, in the order written; none when it is absent, or is no map. */
  keys(path: Path, example: string): readonly string[];
  /** A scalar as written, without quotes. */
  source(path: Path): string;
  /** Something to fix; `at: "key"` points at the key instead of the value, a number at a character of the scalar's text. */
  object(path: Path, message: string, hint: string | undefined, at?: "key" | "value" | number): void;
}

export function reader({ value: document, places, repeated }: Source): Reader {
  const problems: Problem[] = [...repeated];

  const value = (path: Path): unknown =>
    path.reduce<unknown>(
      (at, part) => (typeof at === "object" && at !== null && Object.hasOwn(at, part) ? (at as Record<string, unknown>)[part] : undefined),
      document,
    );

  function spot(path: Path, at: "key" | "value" | number): Spot {
    const place = places.get(pathText(path));
    // What is missing has no place of its own: its parent's is the nearest.
    if (place === undefined) return path.length === 0 ? { line: 1, column: 1 } : spot(path.slice(0, -1), "key");
    if (typeof at === "number") return place.textAt === undefined ? place : { line: place.textAt.line, column: place.textAt.column + at };
    return at === "key" ? (place.key ?? place) : place;
  }

  const object: Reader["object"] = (path, message, hint, at = "value") => {
    const { line, column } = spot(path, at);
    problems.push({ path: pathText(path), line, column, message, ...(hint === undefined ? {} : { hint }) });
  };

  return {
    problems,
    value,
    object,
    has: (path) => value(path) !== undefined,
    take(schema, path) {
      const parsed = schema.safeParse(value(path));
      if (parsed.success) return parsed.data;
      for (const { path: within, message, hint, at } of explain(schema, parsed.error, value(path), path)) object(within, message, hint, at);
      return undefined;
    },
    items(path) {
      const found = value(path);
      if (found === undefined) return [];
      if (Array.isArray(found)) return found.map((_, i) => [...path, i]);
      object(path, `expected a list, found ${shown(found)}`, "Begin each item with `- `, or write `[…]`.");
      return [];
    },
    keys(path, example) {
      const found = value(path);
      if (found === undefined) return [];
      if (typeof found === "object" && found !== null && !Array.isArray(found)) return Object.keys(found);
      object(path, `expected a map, found ${shown(found)}`, `Write ${example}.`);
      return [];
    },
    source: (path) => places.get(pathText(path))?.source ?? "",
  };
}
