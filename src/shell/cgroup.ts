import { accessSync, constants, existsSync, mkdirSync, readFileSync, readdirSync, rmdirSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { processEntry } from "./processes.ts";

/**
 * A folder below which we may make control groups (version 2, with `cgroup.kill`): our own group where it was delegated to us, or
 * the root of the hierarchy when we are root. Undefined where there is none.
 */
export function cgroupHome(): string | undefined {
  const mounts = readText("/proc/self/mounts")
    .split("\n")
    .map((line) => line.split(" "))
    .flatMap(([, place, type]) => (type === "cgroup2" && place !== undefined ? [place.replaceAll("\\040", " ")] : []));
  const own = /^0::(\/.*)$/m.exec(readText("/proc/self/cgroup"))?.[1] ?? "/";
  return mounts.flatMap((mount) => [join(mount, own), mount]).find((folder) => mayUse(folder));
}

/** Every group of ours is named like this, so that no other is ever killed. */
const NAME = /^servegate-[\w.-]+$/;

export function cgroupOf(home: string, serverId: string): string {
  return join(home, `servegate-${serverId.replaceAll(/[^\w.-]/g, "_")}`);
}

/** Joins the group before the server's program takes the process over; all it starts is born in it and cannot leave. */
export function inCgroup(group: string): (argv: readonly string[]) => string[] {
  const script = 'echo $$ > "$0/cgroup.procs" || exit 125; exec "$@"';
  return (argv) => ["/bin/sh", "-c", script, group, ...argv];
}

/** Removes the groups of probes whose process was killed in the middle. */
export function removeStaleProbes(home: string): void {
  for (const name of readdirSync(home)) {
    const pid = /^servegate-probe-(\d+)-[0-9a-f]{8}$/.exec(name)?.[1];
    if (pid !== undefined && processEntry(Number(pid)) === undefined) removed(join(home, name));
  }
}

export function makeCgroup(group: string): void {
  mkdirSync(group, { recursive: true });
}

/** Kills everything in the group and below it at once; nothing can fork its way out. */
export function killCgroup(group: string): void {
  if (!NAME.test(basename(group)) || !existsSync(join(group, "cgroup.kill"))) return;
  try {
    writeFileSync(join(group, "cgroup.kill"), "1");
  } catch {
    // Gone meanwhile, or no longer ours: `emptied` tells.
  }
}

/** Waits until the group is empty and removes it; false when something in it lives on. */
export async function emptied(group: string, limitMs = 10_000): Promise<boolean> {
  const deadline = performance.now() + limitMs;
  while (existsSync(group) && NAME.test(basename(group))) {
    if (/^populated 0$/m.test(readText(join(group, "cgroup.events"))) && removed(group)) return true;
    if (performance.now() > deadline) return false;
    await sleep(5);
  }
  return true;
}

/** A server may have made groups below its own. */
function removed(group: string): boolean {
  try {
    for (const entry of readdirSync(group, { withFileTypes: true })) if (entry.isDirectory()) removed(join(group, entry.name));
    rmdirSync(group);
    return true;
  } catch {
    return !existsSync(group);
  }
}

function mayUse(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    accessSync(join(folder, "cgroup.procs"), constants.W_OK);
    return statSync(folder).isDirectory();
  } catch {
    return false;
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
