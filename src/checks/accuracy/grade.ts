import { z } from "zod";
import { extractNumber, sameNumber } from "./extract.ts";
import { callFlaw, toolsFlaw, type ToolCall, type ToolQuestion } from "./tools.ts";

/** One question of a benchmark. The kind is told by what it carries: `choices`, `schema`, `tools`, `program`, or else a number as its answer. */
export interface Question extends ToolQuestion {
  readonly id: string;
  readonly question: string;
  /** The number expected, or the letter of the right choice; empty where a schema judges. */
  readonly answer: string;
  /** Possible answers, lettered from A, as MMLU and GPQA have them. */
  readonly choices?: readonly string[];
  /** JSON Schema that the answer must meet, as for tool calls. */
  readonly schema?: Readonly<Record<string, unknown>>;
  /** The answer as an example would show it, with its working. */
  readonly worked?: string;
  /** A Python function to be completed, and the test that it must pass. */
  readonly program?: { readonly prompt: string; readonly test: string; readonly entry: string };
}

/** An answer as far as it can be scored. */
export interface Said {
  readonly text: string;
  readonly calls?: readonly ToolCall[];
}

const MOST_CHOICES = 26;

/** What is asked: the question itself, and for choices the lettered list with how to answer. */
export function questionText({ question, choices, schema, program }: Question): string {
  if (program !== undefined)
    return `Complete this Python function. Answer with the whole function in one code block, and nothing else.\n\n${program.prompt}`;
  if (schema !== undefined)
    return `${question}\nAnswer with one JSON value that meets this JSON Schema, and nothing else:\n${JSON.stringify(schema)}`;
  if (choices === undefined) return question;
  const list = choices.map((choice, i) => `${letter(i)}) ${choice}`).join("\n");
  return `${question}\n${list}\nEnd with "Answer: " and the letter of the right choice.`;
}

/** What the answer comes to, and whether that is right. `got` is absent where nothing could be extracted. */
export function grade(question: Question, { text, calls = [] }: Said): { readonly got?: string; readonly right: boolean } {
  const { answer, choices, schema, tools } = question;
  if (tools !== undefined) {
    const [call] = calls;
    return { ...(call === undefined ? {} : { got: `${call.name}(${call.arguments})` }), right: callFlaw(question, calls) === undefined };
  }
  const said = withoutThoughts(text);
  if (schema !== undefined) {
    const value = jsonIn(said);
    return value === undefined
      ? { right: false }
      : { got: JSON.stringify(value), right: z.fromJSONSchema(schema).safeParse(value).success };
  }
  const got = choices === undefined ? extractNumber(text) : extractLetter(said, choices);
  if (got === undefined) return { right: false };
  return { got, right: choices === undefined ? sameNumber(got, answer) : got === answer };
}

/** Why a question cannot be asked, or `undefined`. */
export function flawOf({ choices, answer, schema, tools, tool }: Question): string | undefined {
  if (tools !== undefined) return toolsFlaw({ tools, ...(tool === undefined ? {} : { tool }) });
  if (choices !== undefined && (choices.length < 2 || choices.length > MOST_CHOICES)) return "choices must be 2 to 26 texts";
  if (choices !== undefined && !choices.some((_, i) => letter(i) === answer))
    return "answer must be the letter or the number (from 0) of a choice";
  if (schema === undefined) return undefined;
  try {
    z.fromJSONSchema(schema);
    return undefined;
  } catch (error) {
    return `schema cannot be used: ${(error as Error).message}`;
  }
}

export function letter(index: number): string {
  return String.fromCharCode(65 + index);
}

/**
 * The letter an answer settles on: after "answer" where it says so, else a boxed one, else the first line that is a letter, else the choice
 * whose text the answer is. A letter in running text is no answer: "A dog" does not choose A.
 */
export function extractLetter(text: string, choices: readonly string[]): string | undefined {
  const known = new Set(choices.map((_, i) => letter(i)));
  const patterns = [
    /\banswer(?:\s+is)?[\s:=*_("[]*([A-Z])(?![A-Za-z'’])/gi,
    /\\boxed\{\s*(?:\\text\{)?\s*([A-Z])\s*\}/g,
    /^\s*[*_("[]*([A-Z])(?:[).:\]*_"]|\s*$)/gm,
  ];
  for (const pattern of patterns) {
    const found = [...text.matchAll(pattern)].map(([, each = ""]) => each).filter((each) => known.has(each));
    const last = found.at(-1);
    if (last !== undefined) return last;
  }
  const whole = choices.findIndex((choice) => choice.trim().toLowerCase() === text.trim().replace(/\.$/, "").toLowerCase());
  return whole < 0 ? undefined : letter(whole);
}

export function withoutThoughts(text: string): string {
  const end = text.lastIndexOf("</think>");
  return end < 0 ? text : text.slice(end + "</think>".length);
}

/** The whole answer as JSON, or what stands in its only code fence. */
function jsonIn(text: string): unknown {
  const fenced = [...text.matchAll(/```(?:json)?\s*\n([\s\S]*?)```/g)].map(([, each = ""]) => each);
  try {
    return JSON.parse((fenced.length === 1 ? fenced[0] : text) ?? "");
  } catch {
    return undefined;
  }
}
