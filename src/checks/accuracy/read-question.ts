import { random } from "../../stats/index.ts";
import { extractNumber } from "./extract.ts";
import { letter, type Question } from "./grade.ts";
import { seedOf } from "./seed.ts";
import type { Written } from "./table.ts";

const FORMS =
  'none of: {"question", "answer"} with a number as answer, with "choices", with "schema", with "tools", GPQA\'s columns, or HumanEval\'s {"prompt", "test", "entry_point"}';

/** What one row asks, whatever benchmark wrote it; a text says why it asks nothing. Rows without an id are named by their line. */
export function readQuestion({ line, row }: Written): Question | string {
  const id = row["id"] ?? row["task_id"] ?? row["Record ID"] ?? `line-${line}`;
  if (typeof id !== "string" && typeof id !== "number") return "its id is neither a text nor a number";
  return gpqa(row, String(id)) ?? humanEval(row, String(id)) ?? plain(row, String(id)) ?? `it is ${FORMS}`;
}

/** https://github.com/idavidrein/gpqa: the right answer stands first, so the order is drawn, the same one for the same question. */
function gpqa(row: Written["row"], id: string): Question | undefined {
  const [question, right] = [row["Question"], row["Correct Answer"]];
  const wrong = [1, 2, 3].map((i) => row[`Incorrect Answer ${i}`]);
  const texts = [right, ...wrong].filter((each) => typeof each === "string" && each.trim() !== "").map((each) => String(each).trim());
  if (typeof question !== "string" || typeof right !== "string" || texts.length !== 4) return undefined;
  const draw = random(seedOf(`${id} ${question}`));
  const order = texts.map((text, i) => ({ text, i, at: draw() })).sort((a, b) => a.at - b.at);
  return { id, question: question.trim(), choices: order.map(({ text }) => text), answer: letter(order.findIndex(({ i }) => i === 0)) };
}

/** A function to be completed, with the test that it must pass. */
function humanEval(row: Written["row"], id: string): Question | undefined {
  const { prompt, test, entry_point: entry } = row as { prompt?: unknown; test?: unknown; entry_point?: unknown };
  if (typeof prompt !== "string" || typeof test !== "string" || typeof entry !== "string" || !/^[A-Za-z_]\w*$/.test(entry))
    return undefined;
  return { id, question: prompt, answer: "", program: { prompt, test, entry } };
}

function plain({ question, answer, choices, schema, tools, tool }: Written["row"], id: string): Question | undefined {
  if (typeof question !== "string" || question === "") return undefined;
  const common = { id, question };
  if (isObject(schema)) return { ...common, answer: "", schema };
  if (Array.isArray(tools) && tools.every(isObject)) return { ...common, answer: "", tools, ...(typeof tool === "string" ? { tool } : {}) };
  if (Array.isArray(choices) && choices.every((choice) => typeof choice === "string")) {
    if (typeof answer !== "string" && typeof answer !== "number") return undefined;
    const right = typeof answer === "number" ? letter(answer) : answer.trim().toUpperCase();
    return { ...common, choices, answer: right, worked: `Answer: ${right}` };
  }
  const expected = typeof answer === "string" || typeof answer === "number" ? extractNumber(String(answer)) : undefined;
  return expected === undefined ? undefined : { ...common, answer: expected, worked: String(answer).trim() };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
