import { randomBytes } from "node:crypto";
import { checksFor } from "../checks/index.ts";
import { machineFacts } from "../machine/index.ts";
import type { Context, Event, MachineFacts, Parsed, RunHeader, RunRecord } from "../model/index.ts";
import { fold, openRunFolder } from "../record/index.ts";
import { run } from "../session/index.ts";
import { sweep } from "../shell/index.ts";
import { HARNESS_VERSION } from "./version.ts";
import type { Prepared } from "./prepare.ts";
import { machineProblems } from "./require.ts";

export interface ExecuteRequest {
  readonly prepared: Prepared;
  readonly machine: MachineFacts;
  /** Folder of this run; holds `events.jsonl`, `record.json` and the logs. */
  readonly outDir: string;
  readonly ledgerDir: string;
  readonly secrets: readonly string[];
  readonly source?: RunHeader["source"];
  /** Called after each event is on disk, for a progress display. */
  readonly onEvent?: (event: Event) => void;
}

/**
 * Makes the machine ready: sweeps what a dead run left, reads the facts, and says what the configuration asks for and is not here.
 * Nothing of the configuration has been started yet.
 */
export async function readyMachine(
  prepared: Prepared,
  ledgerDir: string,
  context: Omit<Context, "emit" | "workDir">,
): Promise<Parsed<MachineFacts>> {
  await sweep(ledgerDir);
  const machine = await machineFacts(context);
  const problems = machineProblems(prepared.config, machine);
  return problems.length === 0 ? { ok: true, value: machine } : { ok: false, problems };
}

/**
 * Runs the whole plan. Every event is on disk before anything else sees it, and the record is rewritten after each launch, so a run
 * that is killed can still be told from its folder.
 */
export async function execute(request: ExecuteRequest, context: Omit<Context, "emit" | "workDir">): Promise<RunRecord> {
  const folder = await openRunFolder(request.outDir);
  const events: Event[] = [];
  let saving = Promise.resolve();
  const emit = (event: Event): void => {
    if (event.kind !== "progress") {
      events.push(event);
      folder.append(event);
    }
    if (event.kind === "server-stopped" || event.kind === "run-finished") {
      const record = fold(events);
      if (record !== undefined) saving = saving.then(() => folder.save(record));
    }
    request.onEvent?.(event);
  };
  const full: Context = { ...context, emit, workDir: request.outDir };
  const { machine } = request;
  const { config, plan, engine, baseDir } = request.prepared;
  const checks = checksFor(config);
  const header: RunHeader = {
    id: `${context.clock.timestamp().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-")}-${randomBytes(3).toString("hex")}`,
    startedAt: context.clock.timestamp(),
    harness: { name: "servegate", version: HARNESS_VERSION },
    simulated: config.engine === "rehearsal",
    engine: { id: config.engine, ...(plan.engineVersion === undefined ? {} : { version: plan.engineVersion }) },
    model: config.model,
    axes: config.matrix.axes,
    gates: config.gates,
    expectedFailures: config.expectedFailures,
    today: context.clock.timestamp().slice(0, 10),
    checks: [...new Set(checks.map((check) => check.id))],
    ...(request.source === undefined ? {} : { source: request.source }),
  };
  try {
    await run(
      { plan, config, engine, checks, run: header, machine, ledgerDir: request.ledgerDir, secrets: request.secrets, baseDir },
      full,
    );
  } finally {
    await saving;
    await folder.close();
  }
  const record = fold(events);
  if (record === undefined) throw new Error("the run emitted no event");
  return record;
}
