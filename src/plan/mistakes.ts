import { flagUses, isAtLeast, refusal, retired } from "../engines/index.ts";
import type { Help } from "../engines/index.ts";
import type { Config, Problem } from "../model/index.ts";
import { realEngine } from "./translate.ts";

/**
 * The user's own arguments and variables against what the engine takes: by its own help where it is installed, else by what is known
 * to have gone by its version. A server would refuse such a flag after a minute, and ignore such a variable in silence.
 */
export function mistakes(config: Config, version: string | undefined, help: Help | undefined): Problem[] {
  return [...flagMistakes(config, version, help), ...variableMistakes(config, version)];
}

function flagMistakes(config: Config, version: string | undefined, help: Help | undefined): Problem[] {
  const engine = realEngine(config);
  return flagUses(config.launch.args, engine).flatMap((use) => {
    const path = `launch.args[${use.index}]`;
    const found = help === undefined ? undefined : refusal(use, help, engine);
    if (found !== undefined)
      return [
        { path, message: found.reason, hint: found.instead === undefined ? hintOf(use.items[0] ?? "", help) : `Write ${found.instead}.` },
      ];
    if (help !== undefined) return [];
    const name = use.items[0]?.split("=", 1)[0];
    return gone(config, version)
      .filter((item) => item.name === name)
      .map(({ since, instead }) => ({ path, message: `${name} is gone since ${engine} ${since}`, hint: `Write ${instead}.` }));
  });
}

function variableMistakes(config: Config, version: string | undefined): Problem[] {
  // Nothing but a warning would ever tell, so that the newest release counts where the version is not known.
  const engine = realEngine(config);
  const known = version === undefined ? retired.filter((item) => item.engine === engine) : gone(config, version);
  return known
    .filter(({ name }) => name in config.launch.env)
    .map(({ name, since, instead }) => ({
      path: `launch.env.${name}`,
      message: `${name} is ignored since ${engine} ${since}${version === undefined ? ", and the version is not known" : ""}`,
      hint: `Write ${instead} in launch.args${version === undefined ? ", or an older engine-version" : ""}.`,
    }));
}

function gone(config: Config, version: string | undefined) {
  if (version === undefined) return [];
  return retired.filter(({ engine, since }) => engine === realEngine(config) && isAtLeast(version, since));
}

/** Flags that share a word with the unknown one, the longest word first. */
function hintOf(written: string, help: Help | undefined): string {
  const words =
    written
      .split(/[=.]/, 1)[0]
      ?.split("-")
      .filter((word) => word.length > 3) ?? [];
  const known = [...(help?.flags.keys() ?? [])];
  const ranked = known
    .map((flag) => ({ flag, shared: words.filter((word) => flag.includes(word)).join("").length }))
    .filter(({ shared }) => shared > 0)
    .sort((a, b) => b.shared - a.shared);
  const near = ranked.slice(0, 3).map(({ flag }) => flag);
  return near.length === 0 ? "See the engine's --help." : `Known: ${near.join(", ")}.`;
}
