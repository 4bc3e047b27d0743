import { createHash } from "node:crypto";
import type { AxisId, Config } from "../model/index.ts";

/**
 * 16 hex digits over what changes the meaning of a measurement. The engine's version and the rehearsed scenario are left out:
 * they are what is compared.
 */
export function fingerprint(config: Config, axes: Readonly<Record<AxisId, string>>): string {
  const { engine, model, launch, rehearsal } = config;
  const meaning = {
    engine,
    dialect: engine === "rehearsal" ? rehearsal?.dialect : undefined,
    model,
    axes: sorted(axes),
    args: launch.args,
    env: sorted(launch.env),
    // For the other engines the command only says where the engine is installed.
    command: engine === "command" ? launch.command : undefined,
    prefix: launch.prefix,
    container: launch.docker === undefined ? undefined : [launch.docker.ipc, launch.docker.gpus, launch.docker.options],
  };
  return createHash("sha256").update(JSON.stringify(meaning)).digest("hex").slice(0, 16);
}

function sorted(record: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}
