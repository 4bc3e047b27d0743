import { LineCounter, parseAllDocuments } from "yaml";
import type { Document } from "yaml";
import type { Parsed, Problem } from "../model/index.ts";
import type { Place } from "./place.ts";
import { DEEPEST, walk } from "./yaml-walk.ts";
import { syntaxProblem } from "./yaml-syntax.ts";

/** A document as plain values, and where each of them stands, by `pathText`. */
export interface Source {
  readonly value: unknown;
  readonly places: ReadonlyMap<string, Place>;
  /** Keys written twice. The first is kept, so that everything else can still be looked at. */
  readonly repeated: readonly Problem[];
}

/** Reads one YAML 1.2 document (core schema), or tells every reason why it cannot be read. Never throws. */
export function readYaml(text: string, file: string): Parsed<Source> {
  const lines = new LineCounter();
  const documents = documentsOf(text, lines);
  if (documents === undefined) return refuse([tooDeep]);
  const [document, second] = documents;
  const flaws = documents.flatMap((one) => [...one.errors, ...one.warnings]);
  // The parser recurses: brackets by the thousand overflow its stack, which it reports as a flaw like any other, or throws.
  if (flaws.some((flaw) => /call stack|stack overflow/i.test(flaw.message))) return refuse([tooDeep]);
  if (flaws.length > 0) return refuse(oncePerLine(flaws.map((flaw) => syntaxProblem(flaw, lines))));
  if (document === undefined || document.contents === null) return refuse([empty(file)]);
  if (second !== undefined) {
    const { line, col } = lines.linePos(second.range[0]);
    return refuse([
      { path: "", line, column: col, message: "a second document begins here", hint: "Keep one document: remove the `---` line." },
    ]);
  }
  return walk(document, text, lines);
}

const tooDeep: Problem = {
  path: "",
  line: 1,
  column: 1,
  message: `the document is nested deeper than ${DEEPEST} levels`,
  hint: "A configuration needs five.",
};

function documentsOf(text: string, lines: LineCounter): readonly Document.Parsed[] | undefined {
  try {
    const options = {
      version: "1.2",
      schema: "core",
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: "silent",
      lineCounter: lines,
    } as const;
    const documents = parseAllDocuments(text, options);
    return "empty" in documents ? [] : documents;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** What follows a first flaw on a line is mostly said because of it. */
function oncePerLine(problems: readonly Problem[]): Problem[] {
  return [...new Map([...problems].reverse().map((problem) => [problem.line, problem])).values()];
}

function empty(file: string): Problem {
  return {
    path: "",
    line: 1,
    column: 1,
    message: `${file} holds no configuration`,
    hint: "Begin with `version: 1`, `engine: …` and `model: …`.",
  };
}

function refuse(problems: readonly Problem[]): Parsed<never> {
  return { ok: false, problems };
}
