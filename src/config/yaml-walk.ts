import { isAlias, isMap, isScalar, isSeq } from "yaml";
import type { Document, LineCounter, Node, Pair } from "yaml";
import type { Parsed, Problem } from "../model/index.ts";
import { pathText } from "./place.ts";
import type { Path, Place, Spot } from "./place.ts";
import type { Source } from "./yaml.ts";

export const DEEPEST = 32;
// A configuration has a few hundred values. The limit stops documents that grow by aliases ("billion laughs").
const MOST_VALUES = 20_000;

/** From syntax tree to plain values with their places. Aliases are followed; what follows from one is placed where it was written. */
export function walk(document: Document.Parsed, text: string, lines: LineCounter): Parsed<Source> {
  const places = new Map<string, Place>();
  const problems: Problem[] = [];
  const repeated: Problem[] = [];
  let values = 0;

  function read(node: Node | null, path: Path, key?: Spot, at: Spot = spotOf(node) ?? key ?? START): unknown {
    values += 1;
    if (values > MOST_VALUES) {
      if (values === MOST_VALUES + 1)
        object(at, path.slice(0, 1), `more than ${MOST_VALUES} values, aliases followed`, "Write the configuration without aliases.");
      return undefined;
    }
    if (path.length > DEEPEST) {
      object(at, path.slice(0, 3), `the document is nested deeper than ${DEEPEST} levels`, "A configuration needs five.");
      return undefined;
    }
    if (isAlias(node)) {
      const target = node.resolve(document);
      // An alias inside what it names would be followed for ever; the depth stops that.
      if (target !== undefined) return read(target, path, key, at);
      object(at, path, `nothing is marked &${node.source}`, `Mark a value with \`&${node.source}\` before this line, or quote the text.`);
      return undefined;
    }
    places.set(pathText(path), { ...at, ...(key === undefined ? {} : { key }), ...written(node) });
    if (isMap(node)) return map(node.items as Pair<Node, Node | null>[], path);
    if (isSeq(node)) return node.items.map((item, i) => read(item as Node, [...path, i]));
    return isScalar(node) ? node.value : null;
  }

  function map(items: readonly Pair<Node, Node | null>[], path: Path): Record<string, unknown> {
    const entries = new Map<string, unknown>();
    for (const { key: node, value } of items) {
      const spot = spotOf(node) ?? START;
      const key = isScalar(node) ? (node.source ?? "") : undefined;
      const wrong = keyProblem(key);
      if (key === undefined || wrong !== undefined) object(spot, path, ...(wrong ?? NO_TEXT));
      else if (entries.has(key))
        repeated.push({ path: pathText([...path, key]), ...spot, message: `"${key}" is written twice`, hint: "Keep one of the two." });
      else entries.set(key, read(value, [...path, key], spot));
    }
    return Object.fromEntries(entries);
  }

  function spotOf(node: Node | null): Spot | undefined {
    return node?.range === undefined || node.range === null ? undefined : spot(node.range[0]);
  }

  function spot(offset: number): Spot {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  }

  function written(node: Node | null): Pick<Place, "source" | "textAt"> {
    if (!isScalar(node) || !node.range) return {};
    const source = node.source ?? "";
    const start = [node.range[0], node.range[0] + 1].find((offset) => text.startsWith(source, offset));
    return start === undefined ? { source } : { source, textAt: spot(start) };
  }

  function object(at: Spot, path: Path, message: string, hint: string): void {
    problems.push({ path: pathText(path), ...at, message, hint });
  }

  const value = read(document.contents, []);
  return problems.length > 0 ? { ok: false, problems: [...problems, ...repeated] } : { ok: true, value: { value, places, repeated } };
}

const START: Spot = { line: 1, column: 1 };
const NO_TEXT = ["a key must be text", "Write `key: value`."] as const;

function keyProblem(key: string | undefined): readonly [message: string, hint: string] | undefined {
  if (key === undefined) return NO_TEXT;
  if (key === "<<") return ["merge keys (`<<`) are not part of YAML 1.2", "Write the keys out; aliases of whole values work."];
  return key === "__proto__" ? ['"__proto__" cannot be a key', "Remove it."] : undefined;
}
