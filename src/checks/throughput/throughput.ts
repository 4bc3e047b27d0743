import { randomInt } from "node:crypto";
import { joinValidity } from "../../load/index.ts";
import type { CheckResult, CheckRow, ThroughputConfig } from "../../model/index.ts";
import type { CheckRun } from "../check-run.ts";
import { measureLevel, requestsAt, type Level } from "./level.ts";

const SEEDS = 2 ** 31;

/**
 * Random prompts of one length and answers of one length at each concurrency. Passes only when every level did all the work that was
 * asked; a level that did not gives no numbers. The seed is new for every run, so that a long-lived server cannot know the prompts.
 */
export function throughput(config: ThroughputConfig): CheckRun {
  const workload = `${config.input}→${config.output}`;
  return {
    id: "throughput",
    workload,
    async run(endpoint, at) {
      const startedMs = at.clock.now();
      const seed = randomInt(SEEDS);
      const levels: Level[] = [];
      for (const concurrency of config.concurrency) {
        if (at.signal.aborted || levels.at(-1)?.serverGone === true) break;
        levels.push(await measureLevel(endpoint, config, { concurrency, seed, workload: `${workload} c=${concurrency}` }, at));
      }
      return { ...result(config, workload, levels, seed), durationMs: at.clock.now() - startedMs };
    },
  };
}

function result(config: ThroughputConfig, workload: string, levels: readonly Level[], seed: number): Omit<CheckResult, "durationMs"> {
  const flawed = levels.filter(({ flaw }) => flaw !== undefined);
  const cancelled = levels.some((level) => level.cancelled) || (levels.length < config.concurrency.length && flawed.length === 0);
  const measured = levels.flatMap((level) => (level.pass === undefined ? [] : [{ ...level, pass: level.pass }]));
  const status = cancelled ? "error" : flawed.length > 0 ? "failed" : levels.length === 0 ? "error" : "passed";
  return {
    id: "throughput",
    workload,
    status,
    message: message(config, levels, flawed, cancelled, seed),
    rows: config.concurrency.map((concurrency) =>
      row(
        concurrency,
        levels.find((level) => level.concurrency === concurrency),
      ),
    ),
    metrics: levels.flatMap(({ metrics }) => metrics),
    ...(measured.length === 0
      ? {}
      : { validity: joinValidity(measured.map(({ concurrency, pass }) => [`c=${concurrency}`, pass.validity] as const)) }),
    work: {
      asked: config.concurrency.reduce((sum, concurrency) => sum + requestsAt(config, concurrency), 0),
      completed: measured.reduce((sum, { pass }) => sum + pass.completed, 0),
      errors: sumErrors(measured.map(({ pass }) => pass.errors)),
    },
  };
}

function message(config: ThroughputConfig, levels: readonly Level[], flawed: readonly Level[], cancelled: boolean, seed: number): string {
  if (cancelled) return `cancelled after ${levels.filter((level) => !level.cancelled).length} of ${config.concurrency.length} levels`;
  const [first] = flawed;
  if (first !== undefined) return `${flawed.length} of ${config.concurrency.length} levels failed, c=${first.concurrency}: ${first.flaw}`;
  const total = levels.reduce((sum, { requests }) => sum + requests, 0);
  return levels.length === 0 ? "no concurrency was asked for" : `all ${total} requests completed (seed ${seed})`;
}

function row(concurrency: number, level: Level | undefined): CheckRow {
  const common = { id: `c=${concurrency}`, title: `${concurrency} at once` };
  if (level === undefined) return { ...common, status: "skipped", detail: "not tried: the server had stopped answering" };
  if (level.cancelled) return { ...common, status: "skipped", detail: "cancelled" };
  if (level.flaw !== undefined) return { ...common, status: "failed", detail: level.flaw };
  const tokens = level.pass?.samples.requests.reduce((sum, { completionTokens = 0 }) => sum + completionTokens, 0) ?? 0;
  return { ...common, status: "passed", detail: `${level.requests} requests, ${tokens} tokens` };
}

function sumErrors(parts: readonly Readonly<Record<string, number | undefined>>[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const [name, count = 0] of parts.flatMap((part) => Object.entries(part))) total[name] = (total[name] ?? 0) + count;
  return total;
}
