import { engineFor, engines } from "../../engines/index.ts";
import { prepareText, site } from "../../flow/index.ts";
import { engineVersion, machineFacts } from "../../machine/index.ts";
import type { EngineId } from "../../model/index.ts";
import type { World } from "../world.ts";
import { gpusOfFlags, readCommandLine, type Given } from "./command-line.ts";
import { draft, togglesFor, type Findings, type Toggle } from "./draft.ts";

export interface Wish {
  /** A command line as pasted; empty where none was. */
  readonly words: readonly string[];
  readonly engine?: EngineId;
  readonly model?: string;
}

/** Finds out what a configuration needs to know and was not told: the engine from what is installed, the GPUs from the flags or the driver. */
export async function findOut(wish: Wish, world: World): Promise<Findings | { readonly problem: string; readonly hint: string }> {
  const given = wish.words.length > 0 ? readCommandLine(wish.words) : await installed(wish, world);
  if ("problem" in given)
    return {
      problem: given.problem,
      hint: "Write the command that starts your server: servegate init -- vllm serve MODEL --tensor-parallel-size 8",
    };
  const engine = engineFor(given.engine);
  const [version, machine] = await Promise.all([engineVersion(engine, given.command, world), machineFacts(world)]);
  const gpus = gpusFound(given, machine.gpus);
  const base: Findings = {
    given,
    foundBy: wish.words.length > 0 ? "the command line it was given" : "what is installed here",
    ...(version === undefined ? {} : { engineVersion: version }),
    ...(gpus === undefined ? {} : { gpus }),
    axes: [],
    left: [],
  };
  return withToggles(base, togglesFor(given.engine, gpus?.count), world);
}

/** Without a command line: the one engine that is installed, and the model that was named. */
async function installed({ engine, model }: Wish, world: World): Promise<Given | { readonly problem: string }> {
  if (model === undefined) return { problem: "the model cannot be found out" };
  const asked = engines.filter((item) => item.version !== undefined && (engine === undefined || item.id === engine));
  const found = await Promise.all(
    asked.map(async (item) => ((await engineVersion(item, undefined, world)) === undefined ? [] : [item.id])),
  );
  const [only, ...others] = engine === undefined ? found.flat() : [engine];
  if (only === undefined) return { problem: "no engine is installed that the python on PATH knows" };
  if (others.length > 0) return { problem: `several engines are installed: ${[only, ...others].join(", ")}; choose with --engine` };
  return { engine: only, model, prefix: [], args: [], env: {} };
}

function gpusFound(given: Given, here: readonly { readonly name: string }[]): Findings["gpus"] {
  const told = gpusOfFlags(given);
  const [first] = here;
  if (told === undefined && first === undefined) return undefined;
  const name = first === undefined || here.some((gpu) => gpu.name !== first.name) ? {} : { name: first.name };
  const count = told ?? here.length;
  return {
    ...name,
    count,
    foundBy: told === undefined ? "found by nvidia-smi" : `${count} by the flags${first === undefined ? "" : ", the name by nvidia-smi"}`,
  };
}

/** Keeps the toggles that plan: one that the flags decide already, or that this version cannot vary, is left out with the reason. */
async function withToggles(base: Findings, toggles: readonly Toggle[], world: World): Promise<Findings> {
  const axes: Toggle[] = [];
  const left: { axis: string; because: string }[] = [];
  for (const toggle of toggles) {
    const because = await objection({ ...base, axes: [toggle] }, world);
    if (because === undefined) axes.push(toggle);
    else left.push({ axis: toggle.axis, because });
  }
  return { ...base, axes, left };
}

async function objection(findings: Findings, world: World): Promise<string | undefined> {
  const version = findings.engineVersion === undefined ? {} : { engineVersion: findings.engineVersion };
  const request = { file: "servegate.yml", baseDir: process.cwd(), site: site(), askVersion: false, ...version };
  const read = await prepareText(draft(findings), request, world);
  if (!read.ok) {
    const message = read.problems[0]?.message ?? "it cannot be planned";
    return message.replace(/ is also decided by matrix\..*/, " decides it already");
  }
  const { cells, skipped } = read.value.plan;
  return cells.length > 1 ? undefined : (skipped[0]?.reason ?? "it changes nothing");
}
