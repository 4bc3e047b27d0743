import { readFileSync, readlinkSync } from "node:fs";
import type { Container } from "./container.ts";
import { bears } from "./limit-mark.ts";
import type { LimitMark } from "./limit-mark.ts";
import { carries, outputsOf, processEntry, processTable } from "./processes.ts";

/** What tells a server's own processes from all others while it lives. */
export interface Belongings {
  readonly pid: number;
  readonly marker: string;
  readonly outputs: readonly string[];
  /** The control group that holds it, where its tier has one. */
  readonly group: string | undefined;
  /** What its processes bear as their limit for file locks, likewise. */
  readonly limit?: LimitMark | undefined;
  /** The container that holds it, likewise. */
  readonly container?: Pick<Container, "id"> | undefined;
  /** It has a pid namespace of its own. */
  readonly ownNamespace: boolean;
}

/** Whether the process with this pid, as seen from here, is of the server; undefined where there is no such process to be seen. */
export async function isOf(server: Belongings, pid: number): Promise<boolean | undefined> {
  const entry = processEntry(pid);
  if (entry === undefined) return undefined;
  if (pid === server.pid || entry.session === server.pid) return true;
  if (server.container !== undefined) return inContainer(server.container, pid);
  if (server.group !== undefined && groupsOf(pid).some((path) => `${path}/`.includes(`/${lastOf(server.group ?? "")}/`))) return true;
  if (server.ownNamespace && sharesNamespace(server.pid, pid)) return true;
  if (server.limit !== undefined && bears(pid, server.limit)) return true;
  if (outputsOf(pid).some((link) => server.outputs.includes(link))) return true;
  return carries(pid, server.marker);
}

/** Its processes are the daemon's children; their control groups are named after the container. Undefined where docker does not tell which. */
async function inContainer(container: Pick<Container, "id">, pid: number): Promise<boolean | undefined> {
  const id = await container.id();
  return id === undefined ? undefined : groupsOf(pid).some((path) => path.includes(id));
}

/** The first process of the namespace is the child of the one that made it. */
function sharesNamespace(maker: number, pid: number): boolean {
  const inner = processTable().find((entry) => entry.parent === maker)?.pid;
  const own = inner === undefined ? undefined : namespaceOf(inner);
  return own !== undefined && own === namespaceOf(pid);
}

function namespaceOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return undefined;
  }
}

function groupsOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cgroup`, "utf8")
      .split("\n")
      .flatMap((line) => line.split(":").slice(2));
  } catch {
    return [];
  }
}

function lastOf(path: string): string {
  return path.split("/").at(-1) ?? path;
}
