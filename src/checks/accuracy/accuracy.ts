import type { AccuracyConfig, Answer, CheckResult, Endpoint, MetricValue, RequestError } from "../../model/index.ts";
import { wilson } from "../../stats/index.ts";
import type { CheckContext, CheckRun } from "../check-run.ts";
import { constantRun, garbage } from "../garbage.ts";
import { generate } from "../generated.ts";
import { datasetName, readDataset, type Question } from "./dataset.ts";
import { grade, questionText } from "./grade.ts";

/** More errors than this and the answers that did come are no fair sample; no number is given. */
const ERRORS_ALLOWED = 0.01;
/** From here on garbage is the finding, not the accuracy. */
const GARBAGE_SHARE = 0.5;
const GOT_LENGTH = 80;
/** A server that is gone shall not be asked every question. */
const ERRORS_IN_A_ROW = 8;

/**
 * Asks a benchmark's questions at temperature 0, several at a time. How many right answers are enough is for the gates to say: the
 * check fails only when more than 1 % of the questions ended in errors or half of the answers are garbage.
 */
export function accuracy(config: AccuracyConfig, workload = accuracyWorkload(config)): CheckRun {
  return {
    id: "accuracy",
    workload,
    async run(endpoint, at) {
      const startedMs = at.clock.now();
      const dataset = await readDataset(config.dataset, at.baseDir, config.sha256);
      if (!dataset.ok) return couldNot(workload, dataset.reason, at.clock.now() - startedMs);
      const questions = dataset.questions.slice(0, config.questions);
      const asked = await askAll(questions, config, endpoint, at);
      return result(workload, questions.length, asked, at.signal.aborted, at.clock.now() - startedMs);
    },
  };
}

/** `arithmetic n=200` */
export function accuracyWorkload({ dataset, questions }: AccuracyConfig): string {
  return `${datasetName(dataset)} n=${questions}`;
}

interface Asked extends Answer {
  readonly error?: RequestError;
  readonly detail?: string;
  readonly garbage?: string;
}

async function askAll(
  questions: readonly Question[],
  config: AccuracyConfig,
  endpoint: Endpoint,
  { signal, clock, progress }: CheckContext,
): Promise<Asked[]> {
  const answers: Asked[] = [];
  let next = 0;
  let errorsInARow = 0;
  const patience = Math.max(ERRORS_IN_A_ROW, config.concurrency);
  const lane = async (): Promise<void> => {
    while (next < questions.length && !signal.aborted && errorsInARow < patience) {
      const question = questions[next] as Question;
      next += 1;
      const answer = await askOne(question, config, endpoint, { signal, clock });
      if (answer.error === "cancelled") return;
      errorsInARow = answer.error === undefined ? 0 : errorsInARow + 1;
      answers.push(answer);
      progress(`accuracy: ${answers.length}/${questions.length} answered, ${count(answers, "right")} right`);
    }
  };
  await Promise.all(Array.from({ length: config.concurrency }, lane));
  const order = new Map(questions.map(({ id }, i) => [id, i]));
  return answers.sort((a, b) => (order.get(a.id) ?? 0) - (order.get(b.id) ?? 0));
}

async function askOne(
  question: Question,
  config: AccuracyConfig,
  endpoint: Endpoint,
  at: Pick<CheckContext, "signal" | "clock">,
): Promise<Asked> {
  const { id } = question;
  const wish = { question: questionText(question), maxTokens: config.maxTokens, api: config.endpoint };
  const { reply, text } = await generate(endpoint, wish, at);
  if (text === undefined) {
    return { id, outcome: "error", error: reply.error ?? "error-in-stream", detail: reply.detail ?? "the answer has no choices" };
  }
  const { got, right } = grade(question, text);
  // JSON repeats itself by its nature; there only the run of one character is garbage.
  const flaw = question.schema === undefined && question.choices === undefined ? garbage(text) : constantRun(text);
  return {
    id,
    outcome: right ? "right" : "wrong",
    ...(got === undefined ? {} : { got: got.slice(0, GOT_LENGTH) }),
    ...(flaw === undefined ? {} : { garbage: flaw }),
  };
}

function result(workload: string, wanted: number, asked: readonly Asked[], cancelled: boolean, durationMs: number): CheckResult {
  const right = count(asked, "right");
  const answered = right + count(asked, "wrong");
  const failures = asked.filter(({ outcome }) => outcome === "error");
  const errors: Record<string, number> = {};
  for (const { error = "error-in-stream" } of failures) errors[error] = (errors[error] ?? 0) + 1;
  const answers = asked.map(({ id, outcome, got }) => ({ id, outcome, ...(got === undefined ? {} : { got }) }));
  const common = { id: "accuracy", workload, rows: [], durationMs, answers, work: { asked: wanted, completed: answered, errors } } as const;
  const none: readonly MetricValue[] = [];
  if (cancelled) return { ...common, status: "error", metrics: none, message: `cancelled after ${asked.length} of ${wanted} questions` };
  const [first] = failures;
  const example = first === undefined ? "" : `, the first ${first.error}: ${first.detail}`;
  if (answered === 0) return { ...common, status: "error", metrics: none, message: `no question was answered${example}` };
  if (wanted - answered > wanted * ERRORS_ALLOWED) {
    return { ...common, status: "failed", metrics: none, message: `${wanted - answered} of ${wanted} questions ended in errors${example}` };
  }
  const metrics = [metric(workload, right, answered)];
  const garbled = asked.filter(({ garbage: flaw }) => flaw !== undefined);
  if (garbled.length >= answered * GARBAGE_SHARE) {
    return {
      ...common,
      status: "failed",
      metrics,
      message: `${garbled.length} of ${answered} answers are garbage: ${garbled[0]?.garbage}`,
    };
  }
  const failed = failures.length === 0 ? "" : `, ${failures.length} errors`;
  return { ...common, status: "passed", metrics, message: `${right} of ${answered} right${failed}` };
}

function metric(workload: string, right: number, answered: number): MetricValue {
  const { low, high } = wilson(right, answered);
  const value = (100 * right) / answered;
  return { metric: "accuracy", workload, value, unit: "percent", n: answered, low: 100 * low, high: 100 * high };
}

function couldNot(workload: string, message: string, durationMs: number): CheckResult {
  return { id: "accuracy", workload, status: "error", message, rows: [], metrics: [], durationMs };
}

function count(answers: readonly Asked[], outcome: Answer["outcome"]): number {
  return answers.filter((answer) => answer.outcome === outcome).length;
}
