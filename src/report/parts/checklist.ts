import { PHASES } from "../../model/index.ts";
import type { CheckRow, LaunchRecord, Phase, RunRecord } from "../../model/index.ts";
import { duration } from "../numbers.ts";
import type { Checklist } from "../shape.ts";
import { SYMBOLS } from "../words.ts";
import type { Labels } from "./labels.ts";

type Point = Checklist["points"][number];

/** The six signs of a healthy start, read from phases, log lines and smoke rows of each launch. What no line shows is `not seen`, never passed. */
export function checklists(record: RunRecord, names: Labels): readonly Checklist[] {
  return record.cells.flatMap(({ cell, launches }) =>
    launches.map((launch) => {
      const points = [clean(launch), workers(launch), memory(launch), http(launch), endpoint(launch), model(launch)];
      const passed = points.filter((point) => point.status === "passed").length;
      return { cell: names.of(cell.id), launch: launch.number, passed, points };
    }),
  );
}

function clean(launch: LaunchRecord): Point {
  const title = "Starts without an error";
  const fault = launch.diagnosis?.findings.find((finding) => finding.level !== "note");
  if (launch.outcome.state === "interrupted" && !isReady(launch)) return point(title, "not seen", "the run was interrupted");
  if (!isReady(launch)) return point(title, "failed", fault?.line ?? launch.diagnosis?.title ?? "start-up did not finish");
  if (fault !== undefined && diedStarting(launch)) return point(title, "failed", fault.line);
  return point(title, "passed", `ready after ${duration(readyAfter(launch) ?? Number.NaN)}`);
}

function workers(launch: LaunchRecord): Point {
  const title = "All workers are up";
  const lost = launch.diagnosis?.worker;
  if (launch.diagnosis?.class === "worker-died" || (lost !== undefined && !isReady(launch))) {
    return point(title, "failed", lost === undefined ? "a worker died" : `${lost} reported the failure`);
  }
  // An engine answers a completion only when every rank takes part, so readiness is the proof.
  if (isReady(launch)) return point(title, "passed", "a completion needs every rank, and one came");
  return point(title, "not seen", "start-up ended before every worker had reported");
}

function memory(launch: LaunchRecord): Point {
  const title = "KV cache is allocated";
  if (launch.diagnosis?.class === "kv-cache-too-small")
    return point(title, "failed", launch.diagnosis.evidence[0] ?? launch.diagnosis.title);
  const span = launch.phases.find((one) => one.phase === "kv-cache");
  if (span === undefined) return point(title, "not seen", "no line about the KV cache appeared");
  const later = launch.phases.some((one) => PHASES.indexOf(one.phase) > PHASES.indexOf("kv-cache"));
  if (!later) return point(title, "failed", `start-up ended in this phase${span.line === undefined ? "" : `: ${span.line}`}`);
  return point(title, "passed", span.line ?? `phase passed in ${duration(span.toMs - span.fromMs)}`);
}

function http(launch: LaunchRecord): Point {
  const title = "Application startup complete";
  const span = launch.phases.find((one) => one.phase === "http") ?? launch.phases.find((one) => one.phase === "ready");
  if (span !== undefined) return point(title, "passed", span.line ?? `phase ${span.phase} reached after ${duration(span.fromMs)}`);
  if (isReady(launch)) return point(title, "not seen", "the server was ready without this line");
  if (launch.outcome.state === "interrupted") return point(title, "not seen", "the run was interrupted");
  return point(title, "failed", `start-up ended in phase ${lastPhase(launch)}`);
}

function endpoint(launch: LaunchRecord): Point {
  return fromRows("Endpoint answers", launch, /^(?:endpoint-answers|model-listed)$/);
}

function model(launch: LaunchRecord): Point {
  return fromRows("Model responds", launch, /^(?:model-responds|chat)$/);
}

function fromRows(title: string, launch: LaunchRecord, ids: RegExp): Point {
  const rows = launch.checks.filter((check) => check.id === "smoke").flatMap((check) => check.rows.filter((row) => ids.test(row.id)));
  const failed = rows.find((row) => row.status === "failed");
  if (failed !== undefined) return point(title, "failed", told(failed));
  const passed = rows.filter((row) => row.status === "passed");
  if (passed.length > 0) return point(title, "passed", passed.map(told).join("; "));
  // Readiness itself is one real completion through the endpoint.
  const ready = readyAfter(launch);
  if (ready !== undefined) return point(title, "passed", `the first completion came after ${duration(ready)}`);
  return launch.outcome.state === "interrupted"
    ? point(title, "not seen", "the run was interrupted")
    : point(title, "failed", "the server never became ready");
}

function told(row: CheckRow): string {
  return row.detail === "" ? row.title : `${row.title}: ${row.detail}`;
}

function point(title: string, status: Point["status"], detail: string): Point {
  const tone = status === "passed" ? "good" : status === "failed" ? "bad" : "muted";
  return { title, status, tone, symbol: SYMBOLS[tone], detail };
}

function readyAfter({ outcome }: LaunchRecord): number | undefined {
  return outcome.state === "interrupted" ? undefined : outcome.readyAfterMs;
}

function isReady(launch: LaunchRecord): boolean {
  return readyAfter(launch) !== undefined;
}

function diedStarting({ outcome }: LaunchRecord): boolean {
  if (outcome.state !== "failed") return false;
  return outcome.failure.kind === "spawn" || (outcome.failure.phase !== "serving" && outcome.failure.phase !== "stopping");
}

function lastPhase(launch: LaunchRecord): Phase {
  return launch.phases.at(-1)?.phase ?? "spawn";
}
