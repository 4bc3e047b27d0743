/** One argument of an engine's parser, in the versions that have it. */
export interface Flag {
  /** All spellings, the one argparse prints first. A name without dashes is the positional model. */
  readonly names: readonly string[];
  /**
   * `switch` takes nothing, `toggle` also has a `--no-` form, `value` takes one, `values` one or more, `json` one JSON value,
   * with dotted and `=` forms for its keys.
   */
  readonly takes: "switch" | "toggle" | "value" | "values" | "json";
  readonly type?: "int" | "float";
  readonly choices?: readonly string[];
  /** PEP 440 range of the versions that register it; absent means all. */
  readonly versions?: string;
}

/** What a command line said, by each flag's first name without dashes. */
export interface ParsedFlags {
  readonly on: ReadonlySet<string>;
  readonly off: ReadonlySet<string>;
  readonly value: ReadonlyMap<string, string>;
  readonly json: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
}

type Options = Pick<Flag, "versions" | "choices" | "type">;

/** `flags("switch", "--a", "--b|-b")`: several flags of one kind; `|` separates spellings. */
export function flags(takes: Flag["takes"], spellings: readonly string[], options: Options = {}): Flag[] {
  return spellings.map((spelling) => ({ names: spelling.split("|"), takes, ...options }));
}
