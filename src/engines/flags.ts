import type { EngineId } from "../model/index.ts";
import type { RehearsalDialect } from "./engine.ts";
import { sglangFlags } from "./sglang/flags.ts";
import { transformersFlags } from "./transformers/flags.ts";
import { vllmFlags } from "./vllm/flags.ts";

/** How one engine spells its flags. */
export interface FlagSpelling {
  /** `--foo_bar` is the same flag as `--foo-bar`. */
  readonly underscores: boolean;
  /** Other names of a flag → the name used here. */
  readonly aliases: Readonly<Record<string, string>>;
  /** `--no-x` sets what `--x` sets, and `--disable-x` what `--enable-x` does. */
  readonly negations?: true;
  /** Flags that Servegate sets itself. */
  readonly reserved: readonly string[];
}

/** A flag with the arguments that follow it. */
export interface FlagUse {
  /** One name per flag, whatever the spelling: `-tp`, `--tensor_parallel_size=4` → `--tensor-parallel-size`. */
  readonly name: string;
  /** The argv items, flag first. */
  readonly items: readonly string[];
  /** Index of the flag in the arguments that were read. */
  readonly index: number;
}

/** The flags set by a list of arguments, in order. Items before the first flag are left out. */
export function flagUses(args: readonly string[], engine: EngineId, dialect?: RehearsalDialect): FlagUse[] {
  const spelling = spellingOf(engine, dialect);
  const uses: FlagUse[] = [];
  for (const [index, item] of args.entries()) {
    // A number such as -1 is a value, not a flag.
    if (/^--?[A-Za-z]/.test(item)) uses.push({ name: canonical(item, spelling), items: [item], index });
    else {
      const last = uses.pop();
      if (last !== undefined) uses.push({ ...last, items: [...last.items, item] });
    }
  }
  return uses;
}

/** Flags that Servegate sets itself, so that nobody else may. */
export function reservedFlags(engine: EngineId, dialect?: RehearsalDialect): readonly string[] {
  return spellingOf(engine, dialect).reserved;
}

/** True when two flags set the same thing; `--json-arg` and `--json-arg.key` do, two different keys do not. */
export function sameFlag(a: string, b: string): boolean {
  return a === b || a.startsWith(`${b}.`) || b.startsWith(`${a}.`);
}

const PLAIN: FlagSpelling = { underscores: false, aliases: {}, reserved: [] };

function spellingOf(engine: EngineId, dialect: RehearsalDialect = "sglang"): FlagSpelling {
  switch (engine) {
    case "vllm":
      return vllmFlags;
    case "sglang":
      return sglangFlags;
    case "transformers":
      return transformersFlags;
    case "rehearsal":
      return dialect === "vllm" ? vllmFlags : sglangFlags;
    case "command":
      return PLAIN;
    default:
      return engine satisfies never;
  }
}

function canonical(item: string, { underscores, aliases, negations }: FlagSpelling): string {
  const name = item.split("=", 1)[0] ?? item;
  const dot = name.indexOf(".");
  const written = dot === -1 ? name : name.slice(0, dot);
  const rest = dot === -1 ? "" : name.slice(dot);
  const head = underscores && written.startsWith("--") ? written.replaceAll("_", "-") : written;
  // vLLM also takes `-O3` without a space.
  const short = /^-O\d$/.test(head) ? "-O" : head;
  const plain = negations === true ? short.replace(/^--no-/, "--").replace(/^--disable-/, "--enable-") : short;
  return `${aliases[plain] ?? plain}${rest}`;
}
