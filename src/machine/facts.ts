import { arch, availableParallelism, cpus, platform, release, totalmem } from "node:os";
import { readFileSync } from "node:fs";
import type { MachineFacts } from "../model/index.ts";
import { chooseIsolation } from "../shell/index.ts";
import type { IsolationWish } from "../shell/index.ts";
import { gpusHere } from "./gpus.ts";
import type { World } from "./gpus.ts";
import { kernelMark } from "./kernel-log.ts";

/** What this machine is, for the record. GPUs that could not be asked for are absent; `doctor` says why. */
export async function machineFacts(world: World, wish: IsolationWish = {}): Promise<MachineFacts> {
  const [told, isolation, kernel] = await Promise.all([gpusHere(world), chooseIsolation(world.env, wish), kernelMark(world)]);
  return {
    gpus: told.state === "known" ? told.gpus : [],
    ...(told.state === "known" && told.driver !== undefined ? { driver: told.driver } : {}),
    ...(told.state === "unknown" ? { gpusUnknown: told.reason } : {}),
    // Without a GPU nobody would look there.
    ...(told.state !== "absent" && kernel.source === "none" ? { kernelLogUnread: kernel.why } : {}),
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    os: osName(),
    // A tier that was demanded and does not work lets no server start; nothing ran in a stronger one.
    isolation: isolation.ok ? isolation.tier : "tracked",
  };
}

/** `Ubuntu 24.04.1 LTS, Linux 6.8.0 x64`. */
function osName(): string {
  const kernel = `${platform() === "linux" ? "Linux" : platform()} ${release()} ${arch()}`;
  try {
    const name = /^PRETTY_NAME="?([^"\n]+)/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1];
    return name === undefined ? kernel : `${name}, ${kernel}`;
  } catch {
    return kernel;
  }
}
