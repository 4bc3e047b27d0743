import { mkdir, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { Command, Option } from "commander";
import { DEFAULT_CONFIG } from "../flow/index.ts";
import { ENGINE_IDS, EXIT, type EngineId } from "../model/index.ts";
import { draft } from "./init/draft.ts";
import { findOut } from "./init/find.ts";
import { recipes } from "./init/recipes.ts";
import { err, out, refuse } from "./print.ts";
import { world } from "./world.ts";

interface Options {
  readonly engine?: EngineId;
  readonly model?: string;
  readonly recipe?: string | true;
  readonly out: string;
  readonly print?: boolean;
  readonly force?: boolean;
}

export function initCommand(): Command {
  return new Command("init")
    .description("Write a commented configuration: from the command that starts your server, from what is installed, or from a recipe")
    .argument("[command...]", "the command line that starts the server, after --")
    .addOption(
      new Option("--engine <id>", "the engine, where several are installed").choices(ENGINE_IDS.filter((id) => id !== "rehearsal")),
    )
    .option("--model <model>", "the model, where no command line names it")
    .option("--recipe [name]", "write a shipped configuration; without a name, list them")
    .option("--out <file>", "where it goes", DEFAULT_CONFIG)
    .option("--print", "print it instead")
    .option("--force", "write over a file that is there")
    .action(init);
}

async function init(words: readonly string[], options: Options): Promise<void> {
  if (options.recipe === true) return list();
  const text = options.recipe === undefined ? await drafted(words, options) : await recipe(options.recipe);
  if (text === undefined) return;
  if (options.print === true) return out(text);
  const file = resolve(options.out);
  await mkdir(dirname(file), { recursive: true });
  try {
    await writeFile(file, text, { flag: options.force === true ? "w" : "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return refuse([
      {
        path: options.out,
        message: "there is a file already",
        hint: "Write over it with --force, elsewhere with --out FILE, or look with --print.",
      },
    ]);
  }
  out(`Wrote ${options.out}. Next: servegate plan ${options.out === DEFAULT_CONFIG ? "" : options.out}`.trimEnd());
}

async function drafted(words: readonly string[], { engine, model }: Options): Promise<string | undefined> {
  const wish = { words, ...(engine === undefined ? {} : { engine }), ...(model === undefined ? {} : { model }) };
  const found = await findOut(wish, world());
  if (!("problem" in found)) return draft(found);
  refuse([{ path: "init", message: found.problem, hint: found.hint }]);
  return undefined;
}

async function recipe(name: string): Promise<string | undefined> {
  const all = await recipes();
  const found = all.find((one) => one.name === name);
  if (found === undefined)
    refuse([{ path: "--recipe", message: `no recipe is called "${name}"`, hint: `Recipes: ${all.map((one) => one.name).join(", ")}` }]);
  return found?.text;
}

async function list(): Promise<void> {
  for (const { name, about } of await recipes()) out(`${name}\n    ${about}`);
  err("servegate init --recipe NAME writes one.");
  process.exitCode = EXIT.pass;
}
