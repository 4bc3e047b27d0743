import type { Axis, Carrying, RealEngine, Translation } from "./axis.ts";
import { sglangField, vllmArgument } from "./reading.ts";

/** Names that one flag takes from one release on. `refused` says what is there before, or why not. */
export interface Names {
  readonly versions?: string;
  readonly names: readonly string[];
  readonly refused?: string;
}

/** An axis whose values are the names that an engine's own flag takes, per engine and version, newest first. */
export function namedBackend(
  id: string,
  title: string,
  reference: string,
  flags: Partial<Record<RealEngine, { readonly flag: string; readonly rows: readonly Names[]; readonly field?: string }>>,
): Axis {
  const entries = Object.entries(flags) as [RealEngine, NonNullable<(typeof flags)[RealEngine]>][];
  return {
    id,
    title,
    values: [...new Set([reference, ...entries.flatMap(([, { rows }]) => rows.flatMap(({ names }) => names))])],
    reference,
    engines: Object.fromEntries(
      entries.map(([engine, { flag, rows, field }]) => [
        engine,
        rows.map((row): Translation => translation(engine, flag, row, field ?? flag.slice(2).replaceAll("-", "_"))),
      ]),
    ),
  };
}

function translation(engine: RealEngine, flag: string, { versions, names, refused }: Names, field: string): Translation {
  return {
    ...(versions === undefined ? {} : { versions }),
    values: Object.fromEntries(names.map((name): [string, Carrying] => [name, { args: [flag, name], proof: proof(engine, field, name) }])),
    ...(refused === undefined ? {} : { refusals: refused }),
    source: `${engine}'s own help for ${flag} (test/corpus/help)`,
  };
}

/** `auto` cannot fail to take effect. SGLang shows the resolved field; vLLM only repeats what it was told. */
function proof(engine: RealEngine, field: string, name: string): NonNullable<Carrying["proof"]> {
  if (name === "auto") return { readings: [], silenceProves: true };
  if (engine === "vllm") return { readings: [vllmArgument(field, "([\\w-]+)", "$1")] };
  return { readings: sglangField(field, "([\\w-]+)", "$1") };
}
