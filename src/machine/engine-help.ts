import { type Engine, type Help, helpEnvironment, parseHelp } from "../engines/index.ts";
import { ask, inheritable } from "../shell/index.ts";
import type { World } from "./gpus.ts";

/** Importing vLLM or SGLang takes 5–20 s, more on a cold network file system. */
const HELP_MS = 120_000;

/**
 * Every flag the installed engine takes, as it prints them itself; undefined when it cannot be asked or answers something else. The
 * interpreter may be a pull request's, so it is given no more than a server would be.
 */
export async function engineHelp(
  engine: Engine,
  command: readonly string[] | undefined,
  { env, signal }: World,
): Promise<Help | undefined> {
  if (engine.help === undefined) return undefined;
  const argv = engine.help(command);
  const environment = { ...inheritable(env, argv), ...helpEnvironment };
  const answer = await ask(argv, { timeoutMs: HELP_MS, env: environment, signal, maxBytes: 8 * 1024 * 1024 });
  return answer.ok ? parseHelp(answer.stdout) : undefined;
}
