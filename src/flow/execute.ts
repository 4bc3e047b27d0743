import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { Base } from "../compare/index.ts";
import { checksFor, type CheckRun } from "../checks/index.ts";
import { engineSoftware, machineFacts } from "../machine/index.ts";
import type { CellId, Config, ContainerImage, Context, Event, MachineFacts, Parsed, RunHeader, RunRecord } from "../model/index.ts";
import { run, type BaseSide } from "../session/index.ts";
import { sweep } from "../shell/index.ts";
import { random } from "../stats/index.ts";
import { answersBefore } from "./answers-before.ts";
import { commands } from "./commands.ts";
import { imageOf } from "./image.ts";
import { Journal } from "./journal.ts";
import { HARNESS_VERSION } from "./version.ts";
import type { Prepared } from "./prepare.ts";
import { bisect } from "./bisect.ts";
import { climb } from "./remedies.ts";
import { machineProblems } from "./require.ts";
import { suspicious } from "./suspicious.ts";

export interface ExecuteRequest {
  readonly prepared: Prepared;
  readonly machine: MachineFacts;
  /** Folder of this run; holds `events.jsonl`, `record.json` and the logs. */
  readonly outDir: string;
  readonly ledgerDir: string;
  readonly secrets: readonly string[];
  readonly source?: RunHeader["source"];
  /** What the run will be compared with; says which cells need confirmation. Not for a run that launches its own base. */
  readonly base?: Base;
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
  const machine = rehearsed(prepared.config, await machineFacts(context, prepared.config.launch));
  const problems = machineProblems(prepared.config, machine);
  return problems.length === 0 ? { ok: true, value: machine } : { ok: false, problems };
}

/** What `nvidia-smi` calls a B200: 183,359 MiB. */
const SIMULATED_MEMORY = 183_359 * 1024 * 1024;

/** The rehearsal engine brings the GPUs that its configuration speaks of; none of this machine's is used. */
function rehearsed(config: Config, machine: MachineFacts): MachineFacts {
  const { gpu, count = 1 } = config.machine;
  if (config.engine !== "rehearsal" || gpu === undefined) return machine;
  const gpus = Array.from({ length: count }, (_, index) => ({
    name: `${gpu} (simulated)`,
    uuid: `simulated-${index}`,
    memoryBytes: SIMULATED_MEMORY,
  }));
  return { ...machine, gpus };
}

/**
 * Runs the whole plan. Every event is on disk before anything else sees it, and the record is rewritten after each launch, so a run
 * that is killed can still be told from its folder. Throws a `StorageError` when the disk fails, after every server has been stopped.
 */
export async function execute(request: ExecuteRequest, context: Omit<Context, "emit" | "workDir">): Promise<RunRecord> {
  const { machine, ledgerDir, secrets, outDir } = request;
  const { prepared } = request;
  const { config, plan, engine, baseDir } = prepared;
  const journal = await Journal.open(outDir);
  const emit = (event: Event): void => {
    journal.write(event);
    request.onEvent?.(event);
  };
  const signal = AbortSignal.any([context.signal, journal.failed]);
  const checks = checksFor(config);
  // A server that runs already was not started by an interpreter of this machine.
  const libraries = config.launch.url === undefined ? await engineSoftware(engine, config.launch.command, context) : {};
  const image = await imageOf(config, context);
  const header = withLibraries(headerOf(request, checks, context.clock.timestamp(), image), libraries);
  const other = request.prepared.base === undefined ? undefined : await Journal.open(join(outDir, "baseline"));
  const base = other === undefined ? undefined : baseSide(request.prepared, header, other, join(outDir, "baseline"));
  const { confirm } = config;
  const more =
    confirm === undefined
      ? undefined
      : (): readonly CellId[] => suspicious(journal.record(), other?.record() ?? request.base, config.launches + confirm);
  await run(
    {
      plan,
      config,
      engine,
      checks,
      run: header,
      machine,
      ledgerDir,
      secrets,
      baseDir,
      ...answersBefore(request.base),
      commands: await commands(),
      ...(base === undefined ? {} : { base }),
      ...(more === undefined ? {} : { more }),
    },
    { ...context, signal: other === undefined ? signal : AbortSignal.any([signal, other.failed]), emit, workDir: outDir },
  );
  await other?.close();
  const later = { prepared, machine, header, checks, ledgerDir, secrets, emit, workDir: outDir };
  if (config.bisect !== undefined) await bisect(later, () => journal.record(), config.bisect, { ...context, signal });
  const measured = journal.record();
  if (config.remedies !== undefined && measured !== undefined) {
    await climb(later, measured, config.remedies, { ...context, signal });
  }
  return journal.close();
}

function baseSide({ base, plan }: Prepared, header: RunHeader, journal: Journal, workDir: string): BaseSide {
  const ids = new Set(plan.cells.map(({ cell }) => cell.id));
  const { id } = header.engine;
  const version = base?.engineVersion;
  return {
    run: { ...header, id: `${header.id}-base`, engine: { id, ...(version === undefined ? {} : { version }) } },
    cells: (base?.cells ?? []).filter(({ cell }) => ids.has(cell.id)),
    emit: (event) => journal.write(event),
    workDir,
    uniform: random(Number.parseInt(header.id.slice(-6), 16)),
  };
}

function withLibraries(header: RunHeader, libraries: Readonly<Record<string, string>>): RunHeader {
  return Object.keys(libraries).length === 0 ? header : { ...header, engine: { ...header.engine, libraries } };
}

/** What a run will say of itself before it has begun: chooses the key of a history, and how old a baseline is to it. */
export function factsOf(
  { config, plan }: Prepared,
  machine: MachineFacts,
  startedAt: string,
): { machine: MachineFacts; run: Identity & Pick<RunHeader, "startedAt"> } {
  return { machine, run: { ...identityOf(config, plan), startedAt } };
}

type Identity = Pick<RunHeader, "harness" | "simulated" | "engine" | "model">;

function identityOf(config: Prepared["config"], plan: Prepared["plan"]): Identity {
  return {
    harness: { name: "servegate", version: HARNESS_VERSION },
    simulated: config.engine === "rehearsal",
    engine: { id: config.engine, ...(plan.engineVersion === undefined ? {} : { version: plan.engineVersion }) },
    model: config.model,
  };
}

function headerOf(
  { prepared, source }: ExecuteRequest,
  checks: readonly CheckRun[],
  now: string,
  image: ContainerImage | undefined,
): RunHeader {
  const { config, plan } = prepared;
  const when = now.slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-");
  const id = `${when}-${randomBytes(3).toString("hex")}`;
  return {
    id,
    launches: config.launches,
    ...(config.confirm === undefined ? {} : { confirm: config.confirm }),
    ...(config.advisory === undefined ? {} : { advisory: config.advisory }),
    ...(prepared.base === undefined ? {} : { pair: id }),
    startedAt: now,
    ...identityOf(config, plan),
    axes: config.matrix.axes,
    gates: config.gates,
    expectedFailures: config.expectedFailures,
    today: now.slice(0, 10),
    checks: [...new Set(checks.map((check) => check.id))],
    ...(image === undefined ? {} : { image }),
    ...(config.machine.price === undefined ? {} : { price: config.machine.price }),
    ...(source === undefined ? {} : { source }),
  };
}
