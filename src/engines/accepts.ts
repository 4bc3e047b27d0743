import type { EngineId } from "../model/index.ts";
import { retired } from "./retired.ts";
import type { FlagUse } from "./flags.ts";
import type { Help } from "./help.ts";

/** Why the installed engine would refuse one flag with its values, and what to write instead; undefined when it takes it. */
export function refusal(use: FlagUse, help: Help, engine: EngineId): { readonly reason: string; readonly instead?: string } | undefined {
  const [written = "", ...values] = use.items;
  const name = registeredAs(written, engine);
  // A level as vLLM takes it: -O3.
  if (/^-O\d?$/.test(name)) return undefined;
  const listed = hidden(name, help, engine) ?? name;
  const candidates = help.flags.has(listed)
    ? [listed]
    : [...help.flags.keys()].filter((flag) => name.startsWith("--") && flag.startsWith(name));
  const [found] = candidates;
  const instead = retired.find((item) => item.engine === engine && item.name === name)?.instead;
  if (found === undefined)
    return { reason: `the installed ${engine} does not know ${name}`, ...(instead === undefined ? {} : { instead }) };
  if (candidates.length > 1) return { reason: `${name} could be any of ${candidates.slice(0, 4).join(", ")}`, instead: found };
  const choices = help.flags.get(found)?.choices;
  // A key of a JSON argument has choices of its own, which the help does not list.
  if (choices === undefined || written.split("=", 1)[0]?.includes(".") === true) return undefined;
  const given = written.includes("=") ? [written.slice(written.indexOf("=") + 1), ...values] : values;
  const wrong = given.find((value) => !choices.includes(value));
  return wrong === undefined
    ? undefined
    : { reason: `the installed ${engine} has no choice ${wrong} for ${found}`, instead: choices.join(", ") };
}

/** vLLM 0.33 still takes `--no-enable-x` and `--no-disable-x`, and lists `--disable-x` and `--enable-x` instead. */
function hidden(name: string, { flags }: Help, engine: EngineId): string | undefined {
  const [, which, rest] = /^--no-(enable|disable)-(.+)$/.exec(name) ?? [];
  if (engine !== "vllm" || which === undefined || flags.has(name)) return undefined;
  const pair = [`--enable-${rest}`, `--disable-${rest}`];
  return pair.every((flag) => flags.has(flag)) ? pair[which === "enable" ? 1 : 0] : undefined;
}

/** `--json_arg.key=value` → `--json-arg`, as vLLM registers it. */
function registeredAs(written: string, engine: EngineId): string {
  const name = written.split("=", 1)[0] ?? written;
  if (engine !== "vllm") return name;
  const head = name.split(".", 1)[0] ?? name;
  return head.startsWith("--") ? head.replaceAll("_", "-") : head;
}
