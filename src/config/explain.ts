import type { z } from "zod";
import { words } from "./leaves.ts";
import type { Words } from "./leaves.ts";
import type { Path } from "./place.ts";
import { nearest, suggest } from "./suggest.ts";

export interface Explained {
  readonly path: Path;
  readonly message: string;
  readonly hint: string | undefined;
  readonly at: "key" | "value";
}

/** What the schema library objects to, in our words: one entry per place, unknown keys one by one. `base` is the path of `value`. */
export function explain(schema: z.ZodType, error: z.ZodError, value: unknown, base: Path): readonly Explained[] {
  const told = new Map<string, Explained>();
  for (const issue of error.issues.flatMap((issue) => narrowed(issue))) {
    const within = issue.path as Path;
    const path = [...base, ...within];
    const all =
      issue.code === "unrecognized_keys"
        ? issue.keys.map((key) => unknownKey(key, path, keysOf(descend(schema, within))))
        : [wrong(schema, issue, value, path)];
    // A value can be wrong in two ways (a short list of wrong items); the first is enough to mend it.
    for (const one of all) told.set(one.path.join("\0"), told.get(one.path.join("\0")) ?? one);
  }
  return [...told.values()];
}

/** Of the alternatives of a union, the one that got furthest into the value: `[1, x]` is a list with a wrong item, not a wrong number. */
function narrowed(issue: z.core.$ZodIssue): readonly z.core.$ZodIssue[] {
  if (issue.code !== "invalid_union") return [issue];
  const furthest = issue.errors.find((issues) => issues.every((inner) => inner.path.length > 0) && issues.length > 0);
  return furthest === undefined ? [issue] : furthest.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
}

export function unknownKey(key: string, parent: Path, known: readonly string[]): Explained {
  return { path: [...parent, key], message: `unknown key "${key}"`, hint: suggest(key, known), at: "key" };
}

function wrong(schema: z.ZodType, issue: z.core.$ZodIssue, value: unknown, path: Path): Explained {
  const found = at(value, issue.path as Path);
  const said = wordsOf(schema, issue);
  if (issue.code === "invalid_key")
    return {
      path,
      message: `"${String(path.at(-1))}" cannot be the name of a variable`,
      hint: "Letters, digits and `_`, no digit first.",
      at: "key",
    };
  const name = String(path.at(-1) ?? "");
  if (found === undefined) return { path, message: `"${name}" is missing`, hint: `Write ${code(said, name)}.`, at: "key" };
  const hint = (issue.code === "invalid_value" ? choiceHint(found, issue.values) : undefined) ?? `Write ${code(said, name)}.`;
  return { path, message: `expected ${said.expected}, found ${shown(found)}`, hint, at: "value" };
}

/** Where one of some texts was expected: the one that is close, or all of them when they are too many for the message. */
function choiceHint(found: unknown, values: readonly unknown[]): string | undefined {
  const texts = values.filter((value) => typeof value === "string");
  if (typeof found !== "string" || texts.length < 2) return undefined;
  return nearest(found, texts) !== undefined || texts.length > 8 ? suggest(found, texts) : undefined;
}

/** `"abc"`, `12`, `a list`, `nothing`: what was found, at most 40 characters of it. */
export function shown(found: unknown): string {
  if (found === null || found === undefined) return "nothing";
  if (Array.isArray(found)) return found.length === 0 ? "an empty list" : "a list";
  if (typeof found === "object") return "a map";
  if (typeof found === "string") return JSON.stringify(found.length > 40 ? `${found.slice(0, 40)}…` : found);
  return typeof found === "number" || typeof found === "boolean" ? String(found) : "something else";
}

function code({ example }: Words, name: string): string {
  if (example.startsWith("`")) return example;
  if (/^[\w-]+: /.test(example) || name === "") return `\`${example}\``;
  return `\`${/^\d+$/.test(name) ? "- " : `${name}: `}${example}\``;
}

function wordsOf(schema: z.ZodType, issue: z.core.$ZodIssue): Words {
  const place = descend(schema, issue.path as Path);
  const own = place === undefined ? undefined : words.get(place);
  if (own !== undefined) return own;
  const key = keysOf(place)[0];
  return key === undefined ? { expected: "another value", example: "…" } : { expected: "a map", example: `{ ${key}: … }` };
}

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, part) => (inner as Record<string | number, unknown> | null | undefined)?.[part], value);
}

/** What a schema that holds others may have, by its kind. */
interface Composite {
  readonly shape?: Readonly<Record<PropertyKey, z.ZodType>>;
  readonly options?: readonly z.ZodType[];
  readonly element?: z.ZodType;
  readonly valueType?: z.ZodType;
}

/** The schema at a path inside another; a leaf that has words of its own stands for all that is in it. */
function descend(schema: z.ZodType | undefined, path: Path): z.ZodType | undefined {
  const bare = unwrap(schema);
  const [part, ...rest] = path;
  if (bare === undefined || part === undefined) return bare;
  const { shape, options, element, valueType } = bare.def as unknown as Composite;
  const list = options?.find((option) => option.def.type === "array");
  if (list !== undefined) return descend(list, path);
  const inner = shape?.[part] ?? element ?? valueType;
  return inner === undefined ? bare : descend(inner, rest);
}

function unwrap(schema: z.ZodType | undefined): z.ZodType | undefined {
  const { innerType } = (schema?.def ?? {}) as { innerType?: z.ZodType };
  return innerType === undefined || (schema !== undefined && words.has(schema)) ? schema : unwrap(innerType);
}

function keysOf(schema: z.ZodType | undefined): readonly string[] {
  const { shape } = (schema?.def ?? {}) as { shape?: Record<string, unknown> };
  return Object.keys(shape ?? {});
}
