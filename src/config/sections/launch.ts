import type { EngineId, LaunchConfig } from "../../model/index.ts";
import { shown } from "../explain.ts";
import { milliseconds } from "../leaves.ts";
import type { Reader } from "../reader.ts";
import { launch } from "../shape/index.ts";
import { readDocker } from "./docker.ts";

/** How the server is started, with its timeouts; `undefined` with Problems. `engine` decides what must be given. */
export function readLaunch(reader: Reader, engine: EngineId | undefined): LaunchConfig | undefined {
  const found = reader.has(["launch"]) ? reader.take(launch, ["launch"]) : {};
  if (found === undefined) return undefined;
  const url = found.url === undefined ? undefined : readUrl(reader, found.url);
  if (found.url !== undefined)
    for (const key of ["args", "env", "command", "prefix", "docker"] as const)
      if (found[key] !== undefined)
        reader.object(
          ["launch", key],
          `"${key}" has no effect on a server that already runs (launch.url)`,
          `Remove "${key}" or "url".`,
          "key",
        );
  // A run that launches base and head has a command for each.
  const rebuilds = reader.value(["baseline", "rebuild"]) !== undefined;
  if (engine === "command" && found.command === undefined && found.url === undefined && !rebuilds)
    reader.object(
      ["launch", "command"],
      "engine `command` needs a command to start, or the url of a server that runs",
      'Write `launch: { command: [./serve.sh, --port, "{port}"] }`.',
    );
  const docker = readDocker(reader, found, engine);
  return {
    args: (found.args ?? []).map((_, i) => reader.source(["launch", "args", i])),
    env: Object.fromEntries(Object.keys(found.env ?? {}).map((name) => [name, reader.source(["launch", "env", name])])),
    command: found.command,
    ...(found.prefix === undefined ? {} : { prefix: found.prefix }),
    ...(docker === undefined ? {} : { docker }),
    url,
    ...(found.isolation === undefined ? {} : { isolation: found.isolation }),
    ...(found["require-isolation"] === undefined ? {} : { requireIsolation: found["require-isolation"] }),
    readyTimeoutMs: milliseconds(found["ready-timeout"] ?? "20m"),
    stallTimeoutMs: milliseconds(found["stall-timeout"] ?? "5m"),
    requestTimeoutMs: milliseconds(found["request-timeout"] ?? "120s"),
  };
}

/** Without its trailing slash, as `Endpoint.url` is. */
function readUrl(reader: Reader, written: string): string | undefined {
  const url = URL.canParse(written) ? new URL(written) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    reader.object(["launch", "url"], `${shown(written)} is not the http address of a server`, "Write `url: http://127.0.0.1:8000`.");
    return undefined;
  }
  if (url.username !== "" || url.password !== "") {
    reader.object(["launch", "url"], "the address holds a password", "Give it through the environment; a configuration is public.");
    return undefined;
  }
  // A configuration from a pull request must not send requests elsewhere.
  if (url.protocol === "http:" && /^(?:127(?:\.\d+){3}|localhost|\[::1\])$/.test(url.hostname)) return written.replace(/\/+$/, "");
  reader.object(
    ["launch", "url"],
    `${shown(written)} is not on this machine`,
    "Forward its port (ssh -L 8000:127.0.0.1:8000 HOST) and write `url: http://127.0.0.1:8000`.",
  );
  return undefined;
}
