import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { parseConfig } from "../config/index.ts";
import { engineFor, type Engine, type Site } from "../engines/index.ts";
import { engineVersion } from "../machine/index.ts";
import type { Config, Context, Parsed, Plan } from "../model/index.ts";
import { plan } from "../plan/index.ts";

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
  const dialect = config.rehearsal?.dialect;
  const asked =
    request.askVersion && config.engineVersion === undefined
      ? await engineVersion(engineFor(config.engine, dialect), config.launch.command, context)
      : undefined;
  const version = config.engineVersion ?? asked ?? request.engineVersion;
  const engine = engineFor(config.engine, dialect, version);
  const planned = plan(config, { ...(version === undefined ? {} : { engineVersion: version }), site: request.site });
  if (planned.problems.length > 0) return { ok: false, problems: planned.problems };
  return { ok: true, value: { file: request.file, config, plan: planned, engine, baseDir: request.baseDir } };
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
