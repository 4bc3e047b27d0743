import type { z } from "zod";
import type { DockerConfig, EngineId } from "../../model/index.ts";
import type { Path } from "../place.ts";
import type { Reader } from "../reader.ts";
import type { launch } from "../shape/index.ts";

const AT = ["launch", "docker"] as const;

/** The container every launch runs in, with its defaults. Whatever it cannot be is left as a Problem. */
export function readDocker(reader: Reader, found: z.infer<typeof launch>, engine: EngineId | undefined): DockerConfig | undefined {
  const { docker } = found;
  if (docker === undefined) return undefined;
  apart(reader, found, engine);
  for (const [i, volume] of (docker.volumes ?? []).entries()) volumeAt(reader, [...AT, "volumes", i], volume);
  const options = (docker.options ?? []).map((_, i) => reader.source([...AT, "options", i]));
  for (const [i, option] of options.entries()) optionAt(reader, [...AT, "options", i], option);
  if (docker.ipc === "host" && docker["shm-size"] !== undefined)
    reader.object(
      [...AT, "shm-size"],
      "the size has no effect on the machine's own shared memory (ipc: host)",
      'Remove "shm-size" or "ipc".',
      "key",
    );
  return {
    image: docker.image,
    gpus: docker.gpus ?? "leased",
    ipc: docker.ipc ?? "private",
    shmSize: docker["shm-size"] ?? "16g",
    volumes: docker.volumes ?? [],
    options,
  };
}

/** What else a launch may say, and cannot say of a container. */
function apart(reader: Reader, found: z.infer<typeof launch>, engine: EngineId | undefined): void {
  if (engine === "rehearsal") reader.object(AT, "the rehearsal engine runs as it is, in no container", 'Remove "docker".', "key");
  if (found.prefix !== undefined)
    reader.object(
      ["launch", "prefix"],
      "a prefix would stand before docker, and not before the server in its container",
      'Write it at the beginning of "command", which runs inside, or as words of docker in "options": --cpuset-cpus=0-31.',
      "key",
    );
  if (found.isolation !== undefined)
    reader.object(["launch", "isolation"], "a container is an isolation of its own", 'Remove "isolation" or "docker".', "key");
  if (found["require-isolation"] === "sealed")
    reader.object(["launch", "require-isolation"], "a container is weaker than sealed", 'Write "cgroup", or remove "docker".');
  if (/^[.~]/.test(reader.source(["model"])))
    reader.object(["model"], "a container is given a model's folder by its whole path", "Write the path from / on.");
}

function volumeAt(reader: Reader, path: Path, volume: string): void {
  if (/^(?:\/|[\w-])[^:]*:\/[^:]*(?::[\w,]+)?$/.test(volume)) return;
  const hint = volume.startsWith("~")
    ? "Write the whole path: no shell is there to read the ~."
    : "Write `/path/here:/path/in/the/container`, with `:ro` behind it for reading alone.";
  reader.object(path, `"${volume.slice(0, 80)}" is not a folder and its place in the container`, hint);
}

// What is said already, and what would take the server out of our hands.
const OURS =
  /^(?:--(?:rm|init|name|label|gpus|ipc|shm-size|publish|publish-all|entrypoint|detach|interactive|tty|sig-proxy|restart|network|net|cidfile)(?:=|$)|-(?:d|p|P|t|i|it|ti|e|l)(?:=|$))/;

function optionAt(reader: Reader, path: Path, option: string): void {
  if (OURS.test(option)) reader.object(path, `${option.slice(0, 80)} is set by Servegate itself`, "Remove it.");
}
