import type { AccuracyConfig, Answer, Endpoint, RequestError } from "../../model/index.ts";
import type { CheckContext } from "../check-run.ts";
import { constantRun, garbage } from "../garbage.ts";
import { generate } from "../generated.ts";
import type { Question } from "./dataset.ts";
import { grade, questionText } from "./grade.ts";
import { passesTest } from "./program.ts";
import { callsIn } from "./tools.ts";

const GOT_LENGTH = 80;
/** A server that is gone shall not be asked every question. */
const ERRORS_IN_A_ROW = 8;

/** An answer with what went wrong with it. */
export interface Asked extends Answer {
  readonly error?: RequestError;
  readonly detail?: string;
  readonly garbage?: string;
}

/** Asks several at a time, in order, and answers in the order of the questions. Ends early on the signal or when the server is gone. */
export async function askAll(
  questions: readonly Question[],
  config: AccuracyConfig,
  prefix: string,
  endpoint: Endpoint,
  at: CheckContext,
): Promise<Asked[]> {
  const answers: Asked[] = [];
  let next = 0;
  let errorsInARow = 0;
  const patience = Math.max(ERRORS_IN_A_ROW, config.concurrency);
  const lane = async (): Promise<void> => {
    while (next < questions.length && !at.signal.aborted && errorsInARow < patience) {
      const question = questions[next] as Question;
      next += 1;
      const answer = await askOne(question, config, prefix, endpoint, at);
      if (answer.error === "cancelled") return;
      errorsInARow = answer.error === undefined ? 0 : errorsInARow + 1;
      answers.push(answer);
      at.progress(`accuracy: ${answers.length}/${questions.length} answered, ${count(answers, "right")} right`);
    }
  };
  await Promise.all(Array.from({ length: config.concurrency }, lane));
  const order = new Map(questions.map(({ id }, i) => [id, i]));
  return answers.sort((a, b) => (order.get(a.id) ?? 0) - (order.get(b.id) ?? 0));
}

export function count(answers: readonly Answer[], outcome: Answer["outcome"]): number {
  return answers.filter((answer) => answer.outcome === outcome).length;
}

async function askOne(question: Question, config: AccuracyConfig, prefix: string, endpoint: Endpoint, at: CheckContext): Promise<Asked> {
  const { id } = question;
  const wish = {
    question: questionText(question),
    before: prefix,
    maxTokens: config.maxTokens,
    api: config.endpoint,
    ...(question.tools === undefined ? {} : { more: { tools: question.tools, tool_choice: "auto" } }),
  };
  const { reply, text } = await generate(endpoint, wish, at);
  if (text === undefined)
    return { id, outcome: "error", error: reply.error ?? "error-in-stream", detail: reply.detail ?? "the answer has no choices" };
  const { got, right } =
    question.program === undefined ? grade(question, { text, calls: callsIn(reply.json) }) : await passesTest(question.program, text, at);
  // What is written for machines repeats itself by its nature; there only the run of one character is garbage.
  const forMachines = question.schema ?? question.choices ?? question.tools ?? question.program;
  const flaw = forMachines === undefined ? garbage(text) : constantRun(text);
  return {
    id,
    outcome: right ? "right" : "wrong",
    ...(got === undefined ? {} : { got: got.slice(0, GOT_LENGTH) }),
    ...(flaw === undefined ? {} : { garbage: flaw }),
  };
}
