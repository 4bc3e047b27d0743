import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { type Engine, type Help, parseHelp } from "../engines/index.ts";
import { engineHelp } from "../machine/index.ts";
import type { Context } from "../model/index.ts";

/**
 * What the installed engine takes, kept between runs by program and version: asking costs up to 20 s. A development build keeps its
 * version while its flags change, so that it is asked every time. A cache that cannot be read or written costs time and nothing else.
 */
export async function helpOf(
  engine: Engine,
  command: readonly string[] | undefined,
  version: string,
  context: Pick<Context, "signal" | "env">,
): Promise<Help | undefined> {
  if (engine.help === undefined) return undefined;
  const file = join(folder(context.env), `${engine.id}-${key(engine.help(command), version)}.txt`);
  const keeps = !/dev|\+g[0-9a-f]{6}/.test(version);
  const kept = keeps ? await readFile(file, "utf8").catch(() => undefined) : undefined;
  const known = kept === undefined ? undefined : parseHelp(kept);
  if (known !== undefined) return known;
  const asked = await engineHelp(engine, command, context);
  if (asked !== undefined && keeps) await keep(file, written(asked)).catch(() => undefined);
  return asked;
}

function folder(env: Readonly<Record<string, string | undefined>>): string {
  return join(env["XDG_CACHE_HOME"] ?? join(env["HOME"] ?? homedir(), ".cache"), "servegate", "help");
}

function key(argv: readonly string[], version: string): string {
  return createHash("sha256")
    .update(JSON.stringify([argv, version]))
    .digest("hex")
    .slice(0, 16);
}

/** As the engine would print it, without its descriptions. */
function written({ flags }: Help): string {
  return [...flags]
    .map(([name, { choices, deprecated }]) => {
      const head = `  ${name}${choices === undefined ? "" : ` {${choices.join(",")}}`}`;
      return deprecated === undefined ? head : `${head}  ${deprecated}`;
    })
    .join("\n");
}

/** Whole or not at all: two runs may write it at once. */
async function keep(file: string, text: string): Promise<void> {
  await mkdir(join(file, ".."), { recursive: true });
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, text);
  await rename(draft, file);
}
