import type { Engine } from "../engines/index.ts";
import { ask, inheritable } from "../shell/index.ts";
import type { World } from "./gpus.ts";

/** Starting Python on a network file system takes a while. */
const VERSION_MS = 30_000;

/** Version of the installed engine; undefined when it is not installed or cannot be asked. */
export async function engineVersion(engine: Engine, command: readonly string[] | undefined, world: World): Promise<string | undefined> {
  const answer = await askEngine(engine, command, world);
  return answer.state === "installed" ? answer.version : undefined;
}

export type EngineAnswer =
  | { readonly state: "installed"; readonly version: string }
  | { readonly state: "absent" }
  | { readonly state: "unknown"; readonly reason: string };

/** The same with the reason. The interpreter may be a pull request's, so it is given no more than a server would be. */
export async function askEngine(engine: Engine, command: readonly string[] | undefined, { env, signal }: World): Promise<EngineAnswer> {
  if (engine.version === undefined) return { state: "absent" };
  const argv = engine.version.argv(command);
  const answer = await ask(argv, { timeoutMs: VERSION_MS, env: inheritable(env, argv), signal });
  if (answer.missing || /PackageNotFoundError|No module named/.test(answer.stderr)) return { state: "absent" };
  if (answer.timedOut) return { state: "unknown", reason: `no answer within ${VERSION_MS / 1000} s` };
  const version = answer.ok ? engine.version.parse(answer.stdout) : undefined;
  if (version !== undefined) return { state: "installed", version };
  const said = answer.stderr.trim().split("\n").at(-1) ?? "";
  return { state: "unknown", reason: said === "" ? "the answer is not a version" : said };
}
