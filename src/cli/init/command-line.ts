import { reservedFlags, flagUses } from "../../engines/index.ts";
import type { EngineId } from "../../model/index.ts";

/** What a command line says of a server, taken apart for a configuration. */
export interface Given {
  readonly engine: EngineId;
  readonly model: string;
  /** Words before the program. */
  readonly prefix: readonly string[];
  /** The program, where it is not the one that Servegate would start by itself; the whole argv for the `command` engine. */
  readonly command?: readonly string[];
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** How the programs of one engine are recognised, and where they are told the model. */
interface Program {
  readonly engine: Exclude<EngineId, "rehearsal" | "command">;
  /** Over the words joined by spaces, from the program's word on. */
  readonly pattern: RegExp;
  /** Words it takes up. */
  readonly words: number;
  readonly modelFlags: readonly string[];
  /** The first word after it may be the model. */
  readonly positional: boolean;
}

const PYTHON = String.raw`(?:\S*/)?python[\d.]*`;
const PROGRAMS: readonly Program[] = [
  { engine: "vllm", pattern: /^(?:\S*\/)?vllm serve(?: |$)/, words: 2, modelFlags: ["--model"], positional: true },
  {
    engine: "vllm",
    pattern: new RegExp(`^${PYTHON} -m vllm\\.entrypoints\\.openai\\.api_server(?: |$)`),
    words: 3,
    modelFlags: ["--model"],
    positional: false,
  },
  {
    engine: "sglang",
    pattern: new RegExp(`^${PYTHON} -m sglang\\.launch_server(?: |$)`),
    words: 3,
    modelFlags: ["--model-path", "--model"],
    positional: false,
  },
  { engine: "sglang", pattern: /^(?:\S*\/)?sglang serve(?: |$)/, words: 2, modelFlags: ["--model-path", "--model"], positional: true },
  { engine: "transformers", pattern: /^(?:\S*\/)?transformers serve(?: |$)/, words: 2, modelFlags: [], positional: true },
];

/**
 * Reads a command line as people paste it: variables first, words such as `numactl …` before the program, and flags that Servegate sets
 * itself, which are left out. A program it does not know is the `command` engine's. What cannot be found is said in one sentence.
 */
export function readCommandLine(words: readonly string[]): Given | { readonly problem: string } {
  const first = words.findIndex((word) => !/^[A-Za-z_]\w*=/.test(word));
  const env = Object.fromEntries(
    words.slice(0, Math.max(0, first)).map((word) => [word.split("=", 1)[0] ?? "", word.slice(word.indexOf("=") + 1)]),
  );
  const rest = first === -1 ? [] : words.slice(first);
  for (let at = 0; at < rest.length; at += 1) {
    const program = PROGRAMS.find(({ pattern }) => pattern.test(rest.slice(at).join(" ")));
    if (program !== undefined) return known(program, rest, at, env);
  }
  return rest.length === 0 ? { problem: "the command line names no program" } : unknown(rest, env);
}

function known(program: Program, words: readonly string[], at: number, env: Given["env"]): Given | { readonly problem: string } {
  const { engine, modelFlags, positional } = program;
  const before = words.slice(at, at + program.words);
  const after = words.slice(at + program.words);
  const uses = flagUses(after, engine);
  const named = uses.find(({ items }) => modelFlags.includes(items[0]?.split("=", 1)[0] ?? ""));
  const lead = positional && after[0] !== undefined && !after[0].startsWith("-") ? after[0] : undefined;
  const model = lead ?? (named?.items[0]?.includes("=") === true ? named.items[0].slice(named.items[0].indexOf("=") + 1) : named?.items[1]);
  if (model === undefined) return { problem: `the command line names no model: ${[...modelFlags, "a word after the program"].join(", ")}` };
  const reserved = new Set([...reservedFlags(engine), "--model", "--model-path"]);
  const args = uses.filter((use) => use !== named && !reserved.has(use.name)).flatMap(({ items }) => items);
  const own = engine === "vllm" ? "vllm serve" : engine === "transformers" ? "transformers serve" : undefined;
  const isDefault = own === undefined ? !before.some((word) => word.includes("/")) : before.join(" ") === own;
  return { engine, model, prefix: words.slice(0, at), ...(isDefault ? {} : { command: before }), args, env };
}

/** Any other server: its own words, with the port left open. */
function unknown(words: readonly string[], env: Given["env"]): Given | { readonly problem: string } {
  const command = words.map((word, index) => {
    if (/^--?port=/.test(word)) return `${word.slice(0, word.indexOf("=") + 1)}{port}`;
    return /^--?port$/.test(words[index - 1] ?? "") ? "{port}" : word;
  });
  if (!command.some((word) => word.includes("{port}")))
    return { problem: "the program is not known, and no --port says where its port goes" };
  const at = words.findIndex((word) => /^(?:-m|--model|--model-path|--model_path)$/.test(word));
  const model = at === -1 ? undefined : words[at + 1];
  return { engine: "command", model: model ?? "default", prefix: [], command, args: [], env };
}

/** GPUs that the flags speak of: tensor times pipeline times data parallelism; undefined where they say nothing. */
export function gpusOfFlags({ engine, args }: Pick<Given, "engine" | "args">): number | undefined {
  const uses = flagUses(args, engine);
  const sizes = [
    "--tensor-parallel-size",
    "--tp-size",
    "--pipeline-parallel-size",
    "--pp-size",
    "--data-parallel-size",
    "--dp-size",
  ].flatMap((name) => {
    const use = uses.find((item) => item.name === name);
    const written = use?.items[0]?.includes("=") === true ? use.items[0].split("=")[1] : use?.items[1];
    const size = Number(written);
    return Number.isInteger(size) && size > 0 ? [{ name, size }] : [];
  });
  // With attention data-parallel SGLang's ranks share the GPUs of its tensor parallelism.
  const shared = args.includes("--enable-dp-attention");
  const counted = sizes.filter(({ name }) => !(shared && name === "--dp-size"));
  return counted.length === 0 ? undefined : counted.reduce((product, { size }) => product * size, 1);
}
