import type { Launch } from "../model/index.ts";
import { dockerGpus } from "./docker.ts";

/** What is only known when a server is started. */
export interface LaunchPlace {
  /** A free port on 127.0.0.1. */
  readonly port: number;
  /** Served-model name, unique to the launch. */
  readonly name: string;
  /** The model, or a link to it for engines that serve under the model's own path. */
  readonly model: string;
  /** Name of the container that it runs in, where it does. */
  readonly container?: string;
}

/**
 * The launch with `{port}`, `{name}` and `{model}` filled in, and for a container `{container}` and `{gpus}`; in one pass, so that what
 * was filled in is not searched again.
 */
export function fillLaunch(launch: Launch, at: LaunchPlace): Launch {
  const values: Readonly<Record<string, string>> = {
    port: String(at.port),
    name: at.name,
    model: at.model,
    ...(at.container === undefined ? {} : { container: at.container, gpus: dockerGpus(launch.env) }),
  };
  const fill = (text: string): string => text.replace(/\{(\w+)\}/g, (whole, key: string) => values[key] ?? whole);
  return {
    ...launch,
    argv: launch.argv.map(fill),
    env: Object.fromEntries(Object.entries(launch.env).map(([key, value]) => [key, fill(value)])),
    model: at.model,
  };
}
