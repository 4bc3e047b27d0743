import type { Launch } from "../model/index.ts";
import { redactArgv, redactEnv } from "../shell/index.ts";

/** A launch as it may be stored and shown: the same argv and environment without secrets. */
export function shown(launch: Pick<Launch, "argv" | "env">, secrets: readonly string[]): Pick<Launch, "argv" | "env"> {
  return { argv: redactArgv(launch.argv, secrets), env: redactEnv(launch.env, secrets) };
}
