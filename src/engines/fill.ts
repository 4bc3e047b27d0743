import type { Launch } from "../model/index.ts";

/** What is only known when a server is started. */
export interface LaunchPlace {
  /** A free port on 127.0.0.1. */
  readonly port: number;
  /** Served-model name, unique to the launch. */
  readonly name: string;
  /** The model, or a link to it for engines that serve under the model's own path. */
  readonly model: string;
}

/** The launch with `{port}`, `{name}` and `{model}` filled in, in one pass: what was filled in is not searched again. */
export function fillLaunch(launch: Launch, at: LaunchPlace): Launch {
  const fill = (text: string): string =>
    text.replace(/\{(port|name|model)\}/g, (_, key: string) => (key === "port" ? String(at.port) : key === "name" ? at.name : at.model));
  return {
    argv: launch.argv.map(fill),
    env: Object.fromEntries(Object.entries(launch.env).map(([key, value]) => [key, fill(value)])),
    model: at.model,
  };
}
