import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { workloadProblems } from "../checks/index.ts";
import { parseConfig } from "../config/index.ts";
import { dockerAsk, engineFor, versionOfImage, type Engine, type Site } from "../engines/index.ts";
import { engineVersion } from "../machine/index.ts";
import type { Config, Context, Parsed, Plan, PlannedCell } from "../model/index.ts";
import { plan } from "../plan/index.ts";
import { helpOf } from "./help-cache.ts";

/** Where the configuration is looked for when none is named. */
export const DEFAULT_CONFIG = ".github/servegate.yml";

/** A checked configuration with its plan; nothing has been started but the engine's own version query. */
export interface Prepared {
  readonly file: string;
  readonly config: Config;
  readonly plan: Plan;
  readonly engine: Engine;
  /** Folder that paths in the configuration are relative to. */
  readonly baseDir: string;
  /** The same cells started with the base's program, where the run launches both builds. */
  readonly base?: { readonly cells: readonly PlannedCell[]; readonly engineVersion?: string };
}

export interface PrepareRequest {
  readonly file: string;
  /** Folder that paths are relative to; that of the repository for `.github/servegate.yml`. */
  readonly baseDir: string;
  readonly site: Site;
  /** Asks the installed engine for its version; off where nothing may be started. */
  readonly askVersion: boolean;
  /** Version to plan for where the configuration names none and nothing may be asked; a stored record's. */
  readonly engineVersion?: string;
}

/** Reads and checks the configuration and plans the run. Every Problem comes back at once; none is thrown. */
export async function prepare(request: PrepareRequest, context: Pick<Context, "signal" | "env" | "clock">): Promise<Parsed<Prepared>> {
  const path = resolve(request.baseDir, request.file);
  let text: Uint8Array;
  try {
    text = await readFile(path);
  } catch (error) {
    return { ok: false, problems: [unreadable(request.file, error as NodeJS.ErrnoException)] };
  }
  return prepareText(text, request, context);
}

/** The same for a configuration that is already in memory. */
export async function prepareText(
  text: string | Uint8Array,
  request: PrepareRequest,
  context: Pick<Context, "signal" | "env" | "clock">,
): Promise<Parsed<Prepared>> {
  const parsed = parseConfig(text, request.file);
  if (!parsed.ok) return parsed;
  const config = parsed.value;
  const unusable = await workloadProblems(config, request.baseDir);
  if (unusable.length > 0) return { ok: false, problems: unusable };
  const { baseline } = config;
  const build = async (command: readonly string[] | undefined): Promise<Build> =>
    planBuild(command === undefined ? config : { ...config, launch: { ...config.launch, command } }, request, context);
  const head = await build(baseline.from === "rebuild" ? baseline.head : undefined);
  if (head.plan.problems.length > 0) return { ok: false, problems: head.plan.problems };
  const prepared = { file: request.file, config, plan: head.plan, engine: head.engine, baseDir: request.baseDir };
  if (baseline.from !== "rebuild") return { ok: true, value: prepared };
  const base = await build(baseline.base);
  if (base.plan.problems.length > 0) return { ok: false, problems: base.plan.problems };
  // Whatever starts it, it is the same cell: the two are to be compared.
  const cells = base.plan.cells.flatMap((planned) => {
    const same = head.plan.cells.find(({ cell }) => cell.id === planned.cell.id);
    return same === undefined ? [] : [{ ...planned, cell: same.cell }];
  });
  const version = base.plan.engineVersion;
  return { ok: true, value: { ...prepared, base: { cells, ...(version === undefined ? {} : { engineVersion: version }) } } };
}

interface Build {
  readonly plan: Plan;
  readonly engine: Engine;
}

/** Asks one build for its version and plans its cells. */
async function planBuild(config: Config, request: PrepareRequest, context: Pick<Context, "signal" | "env" | "clock">): Promise<Build> {
  const dialect = config.rehearsal?.dialect;
  const program = programOf(config);
  const asked =
    request.askVersion && config.engineVersion === undefined
      ? await engineVersion(engineFor(config.engine, dialect), program, context)
      : undefined;
  const tagged = config.launch.docker === undefined ? undefined : versionOfImage(config.launch.docker.image);
  const version = config.engineVersion ?? asked ?? request.engineVersion ?? tagged;
  const engine = engineFor(config.engine, dialect, version);
  // Asked only where the engine is installed here, and answers for the version that is planned for.
  const help = asked === undefined ? undefined : await helpOf(engine, program, asked, context);
  const known = {
    ...(version === undefined ? {} : { engineVersion: version }),
    ...(help === undefined ? {} : { help }),
    site: request.site,
  };
  return { plan: plan(config, known), engine };
}

/** The words that start the engine, which is asked for its version and its flags; in a container of its image where it has one. */
function programOf({ engine, launch: { docker, command } }: Config): readonly string[] | undefined {
  return docker === undefined ? command : [...dockerAsk(docker), ...(command ?? engineFor(engine).program)];
}

/** The repository's folder for a file under `.github/`, otherwise the file's own folder. */
export function baseDirOf(file: string): string {
  const folder = dirname(resolve(file));
  return folder.endsWith("/.github") ? dirname(folder) : folder;
}

function unreadable(file: string, error: NodeJS.ErrnoException): { path: string; message: string; hint: string } {
  const message =
    error.code === "ENOENT"
      ? "no such file"
      : error.code === "EISDIR"
        ? "this is a folder"
        : `cannot be read (${error.code ?? error.message})`;
  return { path: file, message, hint: `Name a configuration file, or write one at ${DEFAULT_CONFIG}; the README shows its shape.` };
}
