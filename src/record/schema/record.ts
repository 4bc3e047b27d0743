import { z } from "zod";
import { RECORD_SCHEMA } from "../../model/index.ts";
import type { MachineFacts, Outcome, RunHeader, RunRecord, StopReport } from "../../model/index.ts";
import { checkResult, metricValue } from "./check.ts";
import { diagnosis, failure } from "./failure.ts";
import {
  cell,
  count,
  day,
  engineId,
  expectedFailure,
  gate,
  milliseconds,
  phase,
  phaseSpan,
  resolvedSetting,
  skippedCell,
  texts,
  timestamp,
} from "./parts.ts";
import { history } from "./history.ts";
import type { Same } from "./same.ts";

// A record comes from forks and artifacts, and reports link to the logs it names: no way up and no absolute path.
const insideRun = z.string().regex(/^(?![\\/])(?![A-Za-z]:)(?!(.*[\\/])?\.\.([\\/]|$))/, "expected a path inside the run's folder");

const source = z.object({
  repository: z.string().exactOptional(),
  headSha: z.string().exactOptional(),
  baseSha: z.string().exactOptional(),
  pullRequest: count.exactOptional(),
});

export const runHeader = z.object({
  id: z.string().min(1),
  startedAt: timestamp,
  harness: z.object({ name: z.literal("servegate"), version: z.string() }),
  simulated: z.boolean(),
  engine: z.object({ id: engineId, version: z.string().exactOptional(), libraries: z.record(z.string(), z.string()).exactOptional() }),
  model: z.string(),
  axes: z.record(z.string(), z.array(z.string())),
  gates: z.array(gate),
  expectedFailures: z.array(expectedFailure),
  today: day,
  checks: z.array(z.string()),
  launches: z.int().positive().exactOptional(),
  confirm: z.int().positive().exactOptional(),
  advisory: z.int().positive().exactOptional(),
  image: z.object({ name: z.string(), digest: z.string().exactOptional(), id: z.string().exactOptional() }).exactOptional(),
  price: z.object({ amount: z.number().nonnegative(), currency: z.string().regex(/^[A-Z]{3}$/) }).exactOptional(),
  pair: z.string().exactOptional(),
  source: source.exactOptional(),
});

export const machineFacts = z.object({
  gpus: z.array(z.object({ name: z.string(), uuid: z.string(), memoryBytes: count })),
  driver: z.string().exactOptional(),
  gpusUnknown: z.string().exactOptional(),
  kernelLogUnread: z.string().exactOptional(),
  cpu: z.string(),
  cores: count,
  memoryBytes: count,
  os: z.string(),
  isolation: z.enum(["sealed", "container", "cgroup", "tracked"]),
});

const override = z.object({
  by: z.string(),
  url: z.string(),
  at: timestamp,
  headSha: z.string(),
  rows: z.array(z.string()),
  reason: z.string(),
  refused: z.string().exactOptional(),
});

export const outcome = z.discriminatedUnion("state", [
  z.object({ state: z.literal("measured"), readyAfterMs: milliseconds }),
  z.object({ state: z.literal("failed"), failure, readyAfterMs: milliseconds.exactOptional() }),
  z.object({ state: z.literal("interrupted"), during: phase }),
]);

export const stopReport = z.object({
  tookMs: milliseconds,
  how: z.enum(["graceful", "killed", "already-gone", "not-ours"]),
  leftovers: z.array(z.string()),
  sharedMemory: z.array(z.string()).exactOptional(),
});

export const logPath = insideRun;

export const cacheState = z.enum(["cold", "warm"]);

const launch = z.object({
  number: z.int().positive(),
  startedAt: timestamp,
  argv: z.array(z.string()),
  env: texts,
  phases: z.array(phaseSpan),
  caches: cacheState.exactOptional(),
  resolved: z.array(resolvedSetting),
  checks: z.array(checkResult),
  outcome,
  diagnosis: diagnosis.exactOptional(),
  stop: stopReport.exactOptional(),
  log: logPath,
  url: z.string().exactOptional(),
});

export const remedyTrials = z.object({
  cell: z.string().min(1),
  trials: z.array(
    z.object({
      text: z.string(),
      axes: texts,
      outcome: z.enum(["served", "failed", "not-run"]),
      why: z.string().exactOptional(),
      metrics: z.array(metricValue),
    }),
  ),
  found: z.string().exactOptional(),
});

export const cellRecord = z.object({
  cell,
  notes: z.array(z.string()),
  launches: z.array(launch),
  voided: z.array(z.object({ launch, reason: z.string() })).exactOptional(),
});

/** The stored form of a whole run, `servegate/record@1`. */
export const record = z.object({
  schema: z.literal(RECORD_SCHEMA),
  run: runHeader,
  machine: machineFacts,
  state: z.enum(["running", "finished", "interrupted"]),
  finishedAt: timestamp.exactOptional(),
  cells: z.array(cellRecord),
  skipped: z.array(skippedCell),
  history: history.exactOptional(),
  remedies: z.array(remedyTrials).exactOptional(),
  bisected: z.array(cellRecord).exactOptional(),
  overrides: z.array(override).exactOptional(),
});

true satisfies Same<z.infer<typeof runHeader>, RunHeader>;
true satisfies Same<z.infer<typeof machineFacts>, MachineFacts>;
true satisfies Same<z.infer<typeof outcome>, Outcome>;
true satisfies Same<z.infer<typeof stopReport>, StopReport>;
true satisfies Same<z.infer<typeof record>, RunRecord>;
