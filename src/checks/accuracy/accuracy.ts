import type { AccuracyConfig, CheckResult, Endpoint } from "../../model/index.ts";
import type { CheckContext, CheckRun } from "../check-run.ts";
import { askAll, type Asked } from "./asking.ts";
import { datasetName, readDataset, type Question } from "./dataset.ts";
import { importedAccuracy } from "./imported.ts";
import { programObstacle } from "./program.ts";
import { resultOf, skipped, type Outcome } from "./result.ts";
import { readShots } from "./shots.ts";
import { LOOK_CONFIDENCE, mixed, stopping } from "./stopping.ts";

/**
 * Asks a benchmark's questions at temperature 0, several at a time. How many right answers are enough is for the gates to say: the
 * check fails only when more than 1 % of the questions ended in errors or half of the answers are garbage. What cannot be asked at all is
 * skipped with its reason.
 */
export function accuracy(config: AccuracyConfig, workload = accuracyWorkload(config)): CheckRun {
  return {
    id: "accuracy",
    workload,
    async run(endpoint, at) {
      const startedMs = at.clock.now();
      const found = await (config.results === undefined && config.asks === undefined
        ? askedAccuracy(config, workload, endpoint, at)
        : importedAccuracy(config, workload, endpoint, at));
      return { ...found, durationMs: at.clock.now() - startedMs };
    },
  };
}

/** `arithmetic n=200` */
export function accuracyWorkload({ dataset, questions, shots }: AccuracyConfig): string {
  return `${datasetName(dataset)} n=${questions}${shots === undefined ? "" : ` ${shots.count}-shot`}`;
}

async function askedAccuracy(
  config: AccuracyConfig,
  workload: string,
  endpoint: Endpoint,
  at: CheckContext,
): Promise<Omit<CheckResult, "durationMs">> {
  const dataset = await readDataset(config.dataset, at, config.sha256);
  if (!dataset.ok) return skipped(workload, dataset.reason);
  const questions = (config.stopEarly === undefined ? dataset.questions : mixed(dataset.questions)).slice(0, config.questions);
  const obstacle = (await programObstacle(questions, at)) ?? toolObstacle(questions, config);
  if (obstacle !== undefined) return skipped(workload, obstacle);
  const shots = await readShots(config, questions, at);
  if (!shots.ok) return skipped(workload, shots.reason);
  const ask = (some: readonly Question[]): Promise<Asked[]> => askAll(some, config, shots.prefix, endpoint, at);
  const found = await inLooks(questions, config, ask, at);
  const [only] = new Set(found.asked.flatMap(({ detail = "" }) => (/^HTTP 404\b/.test(detail) ? [detail] : [])));
  if (only !== undefined && found.asked.every(({ detail }) => detail === only))
    return skipped(workload, `the server does not take ${config.endpoint}: ${only}`);
  return resultOf(workload, found);
}

/** All questions, or as many as settle it; then some of them once more. */
async function inLooks(
  questions: readonly Question[],
  config: AccuracyConfig,
  ask: (some: readonly Question[]) => Promise<Asked[]>,
  { before, signal }: CheckContext,
): Promise<Outcome> {
  const stop = stopping(config, before, questions.length);
  const asked: Asked[] = [];
  let why: string | undefined;
  while (asked.length < questions.length && why === undefined) {
    const wanted = questions.slice(asked.length, stop?.next(asked.length) ?? questions.length);
    const answers = await ask(wanted);
    asked.push(...answers);
    if (answers.length < wanted.length) break;
    if (asked.length < questions.length) why = stop?.settled(asked);
  }
  const again = signal.aborted || config.repeat === undefined ? [] : await ask(questions.slice(0, Math.min(config.repeat, asked.length)));
  const first = new Map(asked.map(({ id, outcome }) => [id, outcome]));
  const twice = again.filter(({ id, outcome }) => outcome !== "error" && first.get(id) !== "error");
  return {
    wanted: why === undefined ? questions.length : asked.length,
    asked,
    cancelled: signal.aborted,
    ...(twice.length === 0
      ? {}
      : { repeats: { asked: twice.length, flipped: twice.filter(({ id, outcome }) => outcome !== first.get(id)).length } }),
    ...(why === undefined ? {} : { stopped: { why, early: { of: questions.length, confidence: LOOK_CONFIDENCE } } }),
  };
}

function toolObstacle(questions: readonly Question[], { endpoint }: AccuracyConfig): string | undefined {
  return endpoint === "completions" && questions.some(({ tools }) => tools !== undefined)
    ? "tools are called by chat alone, and `endpoint: completions` is configured"
    : undefined;
}
