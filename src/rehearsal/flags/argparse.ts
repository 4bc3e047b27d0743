import { inVersions } from "../versions.ts";
import type { Flag, ParsedFlags } from "./flag.ts";

/** The two ways a parser ends: with values, or with the text that argparse prints before it exits with 2. */
export type ArgparseResult = { readonly ok: true; readonly flags: ParsedFlags } | { readonly ok: false; readonly stderr: string };

/** How one program parses: its name in messages, its positional, and whether `_` means `-` in names (vLLM). */
export interface Program {
  readonly prog: string;
  readonly usage: string;
  readonly table: readonly Flag[];
  readonly underscores: boolean;
}

class UsageError extends Error {}

/**
 * Parse a command line as Python's argparse would: `--x v`, `--x=v`, `-tp 8`, unique prefixes, dotted keys of JSON arguments.
 * Refusals carry argparse's own words and mean exit code 2.
 */
export function argparse(program: Program, version: string, argv: readonly string[]): ArgparseResult {
  const table = program.table.filter((flag) => inVersions(version, flag.versions));
  const seen = {
    on: new Set<string>(),
    off: new Set<string>(),
    value: new Map<string, string>(),
    json: new Map<string, Record<string, unknown>>(),
  };
  const unknown: string[] = [];
  const rest = [...argv];
  try {
    for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
      if (!word.startsWith("-") || word === "-") {
        const positional = table.find((flag) => !flag.names[0]?.startsWith("-"));
        if (positional === undefined || seen.value.has(key(positional))) unknown.push(word);
        else seen.value.set(key(positional), word);
        continue;
      }
      const equals = word.indexOf("=");
      const written = equals < 0 ? word : word.slice(0, equals);
      const attached = equals < 0 ? undefined : word.slice(equals + 1);
      const found = lookup(table, program.underscores ? written.replaceAll("_", "-").replace(/\..*/, "") + dotted(written) : written);
      if (found === undefined) {
        unknown.push(word);
        // argparse reports a stray value together with the unknown option before it.
        while (rest[0] !== undefined && !rest[0].startsWith("-")) unknown.push(rest.shift() ?? "");
        continue;
      }
      take(found, attached, rest, seen);
    }
    if (unknown.length > 0) throw new UsageError(`unrecognized arguments: ${unknown.join(" ")}`);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { ok: false, stderr: `${program.usage}\n${program.prog}: error: ${error.message}\n` };
  }
  return { ok: true, flags: seen };
}

/** A flag's name in the result: its first spelling without dashes. */
export function key(flag: Flag): string {
  return (flag.names[0] ?? "").replace(/^--?/, "");
}

function dotted(written: string): string {
  const dot = written.indexOf(".");
  return dot < 0 ? "" : written.slice(dot);
}

interface Found {
  readonly flag: Flag;
  readonly negated: boolean;
  /** Path inside a JSON argument: `["pass_config", "fuse_allreduce_rms"]`. */
  readonly path: readonly string[];
}

function lookup(table: readonly Flag[], written: string): Found | undefined {
  const exact = table.find((flag) => flag.names.includes(written));
  if (exact !== undefined) return { flag: exact, negated: false, path: [] };
  const [head = "", ...path] = written.split(".");
  const json = path.length === 0 ? undefined : table.find((flag) => flag.takes === "json" && flag.names.includes(head));
  if (json !== undefined) return { flag: json, negated: false, path };
  if (written.startsWith("--no-")) {
    const toggle = table.find((flag) => flag.takes === "toggle" && flag.names.includes(`--${written.slice(5)}`));
    if (toggle !== undefined) return { flag: toggle, negated: true, path: [] };
  }
  // `-O2`: a short option with its value glued on.
  const short = /^(-O)(\d)$/.exec(written);
  if (short !== null) {
    const level = table.find((flag) => flag.names.includes("-O"));
    if (level !== undefined) return { flag: { ...level, takes: "value" }, negated: false, path: ["=", short[2] ?? ""] };
  }
  if (!written.startsWith("--")) return undefined;
  const prefixed = table.flatMap((flag) => flag.names.filter((name) => name.startsWith(written)).map((name) => ({ flag, name })));
  if (prefixed.length > 1) {
    throw new UsageError(`ambiguous option: ${written} could match ${prefixed.map(({ name }) => name).join(", ")}`);
  }
  return prefixed[0] === undefined ? undefined : { flag: prefixed[0].flag, negated: false, path: [] };
}

interface Seen {
  readonly on: Set<string>;
  readonly off: Set<string>;
  readonly value: Map<string, string>;
  readonly json: Map<string, Record<string, unknown>>;
}

function take({ flag, negated, path }: Found, attached: string | undefined, rest: string[], seen: Seen): void {
  const name = flag.names.join("/");
  if (flag.takes === "switch" || flag.takes === "toggle") {
    if (attached !== undefined) throw new UsageError(`argument ${name}: ignored explicit argument '${attached}'`);
    (negated ? seen.off : seen.on).add(key(flag));
    (negated ? seen.on : seen.off).delete(key(flag));
    return;
  }
  const glued = path[0] === "=" ? path[1] : attached;
  const values = glued === undefined ? valuesFrom(rest, flag.takes === "values" ? Infinity : 1) : [glued];
  if (values.length === 0) throw new UsageError(`argument ${name}: expected ${flag.takes === "values" ? "at least one" : "one"} argument`);
  for (const value of values) checkValue(flag, name, value);
  if (flag.takes !== "json") {
    seen.value.set(key(flag), values.join(" "));
    return;
  }
  const held = seen.json.get(key(flag)) ?? {};
  seen.json.set(key(flag), merged(held, path.length === 0 ? asObject(name, values[0] ?? "") : nested(path, values[0] ?? "")));
}

function valuesFrom(rest: string[], most: number): string[] {
  const values: string[] = [];
  // A negative number is a value, not an option.
  while (values.length < most && rest[0] !== undefined && (!rest[0].startsWith("-") || /^-\d/.test(rest[0])))
    values.push(rest.shift() ?? "");
  return values;
}

function checkValue(flag: Flag, name: string, value: string): void {
  if (flag.type === "int" && !/^[+-]?\d+$/.test(value)) throw new UsageError(`argument ${name}: invalid int value: '${value}'`);
  if (flag.type === "float" && !Number.isFinite(Number(value))) throw new UsageError(`argument ${name}: invalid float value: '${value}'`);
  if (flag.choices !== undefined && !flag.choices.includes(value)) {
    const choices = flag.choices.map((choice) => `'${choice}'`).join(", ");
    throw new UsageError(`argument ${name}: invalid choice: '${value}' (choose from ${choices})`);
  }
}

function asObject(name: string, text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Falls through to the one refusal below.
  }
  throw new UsageError(`argument ${name}: Value ${text} cannot be converted to <function loads>.`);
}

function nested(path: readonly string[], text: string): Record<string, unknown> {
  let value: unknown = text;
  try {
    value = JSON.parse(text.replace(/^(True|False)$/, (word) => word.toLowerCase()));
  } catch {
    // A bare word such as PIECEWISE stays text.
  }
  return path.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value) as Record<string, unknown>;
}

function merged(left: Record<string, unknown>, right: Record<string, unknown>): Record<string, unknown> {
  const result = { ...left };
  for (const [name, value] of Object.entries(right)) {
    const old = result[name];
    const both = typeof old === "object" && old !== null && typeof value === "object" && value !== null;
    result[name] = both ? merged(old as Record<string, unknown>, value as Record<string, unknown>) : value;
  }
  return result;
}
