import { randomInt } from "node:crypto";
import { joinValidity } from "../../load/index.ts";
import type { CheckResult, CheckRow, ThroughputConfig } from "../../model/index.ts";
import type { CheckRun } from "../check-run.ts";
import { measureLevel, type Level } from "./level.ts";
import { pointsOf, workloadName, type Point } from "./points.ts";
import { readWorkload } from "./workload.ts";

const SEEDS = 2 ** 31;

/**
 * Random prompts, or those of a file, at each load level. Passes only when every level did all the work that was
 * asked; a level that did not gives no numbers. The seed is new for every run, so that a long-lived server cannot know the prompts.
 */
export function throughput(config: ThroughputConfig): CheckRun {
  const workload = workloadName(config);
  return {
    id: "throughput",
    workload,
    async run(endpoint, at) {
      const startedMs = at.clock.now();
      const seed = randomInt(SEEDS);
      const file = config.workload === undefined ? undefined : await readWorkload(config.workload, at.baseDir);
      const points = pointsOf(config, file?.items);
      const [problem] = file?.problems ?? [];
      if (problem !== undefined)
        return { ...unreadable(workload, `${problem.path} ${problem.message}`), durationMs: at.clock.now() - startedMs };
      const levels: Level[] = [];
      for (const point of points) {
        if (at.signal.aborted || levels.at(-1)?.serverGone === true) break;
        levels.push(await measureLevel(endpoint, config, { seed, point, workload: `${workload} ${point.id}`, items: file?.items }, at));
      }
      return { ...result(points, workload, levels, seed), durationMs: at.clock.now() - startedMs };
    },
  };
}

/** The file was read before the run began, so somebody changed it since. */
function unreadable(workload: string, message: string): Omit<CheckResult, "durationMs"> {
  return { id: "throughput", workload, status: "error", message, rows: [], metrics: [] };
}

function result(points: readonly Point[], workload: string, levels: readonly Level[], seed: number): Omit<CheckResult, "durationMs"> {
  const flawed = levels.filter(({ flaw }) => flaw !== undefined);
  const cancelled = levels.some((level) => level.cancelled) || (levels.length < points.length && flawed.length === 0);
  const measured = levels.flatMap((level) => (level.pass === undefined ? [] : [{ ...level, pass: level.pass }]));
  const status = cancelled ? "error" : flawed.length > 0 ? "failed" : levels.length === 0 ? "error" : "passed";
  return {
    id: "throughput",
    workload,
    status,
    message: message(points, levels, flawed, cancelled, seed),
    rows: points.map((point) =>
      row(
        point,
        levels.find((level) => level.point.id === point.id),
      ),
    ),
    metrics: levels.flatMap(({ metrics }) => metrics),
    ...(measured.length === 0 ? {} : { validity: joinValidity(measured.map(({ point, pass }) => [point.id, pass.validity] as const)) }),
    work: {
      asked: points.reduce((sum, { arrivals }) => sum + arrivals.requests, 0),
      completed: measured.reduce((sum, { pass }) => sum + pass.completed, 0),
      errors: sumErrors(measured.map(({ pass }) => pass.errors)),
    },
  };
}

function message(points: readonly Point[], levels: readonly Level[], flawed: readonly Level[], cancelled: boolean, seed: number): string {
  if (cancelled) return `cancelled after ${levels.filter((level) => !level.cancelled).length} of ${points.length} levels`;
  const [first] = flawed;
  if (first !== undefined) return `${flawed.length} of ${points.length} levels failed, ${first.point.id}: ${first.flaw}`;
  const total = levels.reduce((sum, { point }) => sum + point.arrivals.requests, 0);
  return levels.length === 0 ? "no load was asked for" : `all ${total} requests completed (seed ${seed})`;
}

function row({ id, title, arrivals }: Point, level: Level | undefined): CheckRow {
  const common = { id, title };
  if (level === undefined) return { ...common, status: "skipped", detail: "not tried: the server had stopped answering" };
  if (level.cancelled) return { ...common, status: "skipped", detail: "cancelled" };
  if (level.flaw !== undefined) return { ...common, status: "failed", detail: level.flaw };
  const tokens = level.pass?.samples.requests.reduce((sum, { completionTokens = 0 }) => sum + completionTokens, 0) ?? 0;
  const cores = level.pass?.cores;
  const where = cores === undefined ? "" : `; client on cores ${cores.client}, server on ${cores.server}`;
  return { ...common, status: "passed", detail: `${arrivals.requests} requests, ${tokens} tokens${where}` };
}

function sumErrors(parts: readonly Readonly<Record<string, number | undefined>>[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const [name, count = 0] of parts.flatMap((part) => Object.entries(part))) total[name] = (total[name] ?? 0) + count;
  return total;
}
