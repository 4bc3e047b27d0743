import { readFileSync, readdirSync, readlinkSync, statSync } from "node:fs";
import { join } from "node:path";
import { processTable } from "./processes.ts";

/** Something in shared memory that outlives who made it: a file of `/dev/shm` (POSIX segments and semaphores), or a System V segment. */
export interface Segment {
  /** Names it among all that ever were within one boot. */
  readonly id: string;
  /** `/dev/shm/psm_1a2b3c4d`, or `System V segment 98304`. */
  readonly name: string;
  readonly bytes: number;
  readonly uid: number;
  /** Users other than its owner may open it. */
  readonly shared: boolean;
  /** The number by which `ipcrm` knows it, who made it and how many have it attached; System V only. */
  readonly systemV?: { readonly number: number; readonly creator: number; readonly attached: number };
}

export const SHARED_MEMORY = "/dev/shm";

/** All of it that is visible from here. */
export function segments(folder: string = SHARED_MEMORY): Segment[] {
  return [...files(folder), ...readSystemV(textOf("/proc/sysvipc/shm"))];
}

function files(folder: string): Segment[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  return names.flatMap((each) => {
    const name = join(folder, each);
    try {
      const stat = statSync(name);
      if (!stat.isFile()) return [];
      return [{ id: idOf(stat), name, bytes: stat.size, uid: stat.uid, shared: (stat.mode & 0o066) !== 0 }];
    } catch {
      return [];
    }
  });
}

/** Reads `/proc/sysvipc/shm`: a line of headings, then key, shmid, perms (octal), size, cpid, lpid, nattch, uid. */
export function readSystemV(text: string): Segment[] {
  return text
    .split("\n")
    .slice(1)
    .flatMap((line) => {
      const words = line.trim().split(/\s+/);
      const [, number, , bytes, creator, , attached, uid] = words.map(Number);
      const mode = Number.parseInt(words[2] ?? "", 8);
      if (number === undefined || bytes === undefined || creator === undefined || attached === undefined || uid === undefined) return [];
      if ([number, bytes, creator, attached, uid, mode].some(Number.isNaN)) return [];
      // A number is used again with another sequence, which is part of it.
      const id = `sysv:${number}:${creator}`;
      const systemV = { number, creator, attached };
      return [{ id, name: `System V segment ${number}`, bytes, uid, shared: (mode & 0o066) !== 0, systemV }];
    });
}

/** Ids of the files of `folder` that a process has open or mapped; undefined where it may not be asked. */
export function heldBy(pid: number, folder: string = SHARED_MEMORY): string[] | undefined {
  try {
    const maps = readFileSync(`/proc/${pid}/maps`, "latin1");
    const mapped = [...maps.matchAll(/^\S+ \S+ \S+ ([0-9a-f]+):([0-9a-f]+) (\d+) +(\/.*)$/gm)];
    const ids = mapped.flatMap(([, major = "", minor = "", ino = "", path = ""]) =>
      path.startsWith(`${folder}/`) ? [`${device(Number.parseInt(major, 16), Number.parseInt(minor, 16))}:${ino}`] : [],
    );
    const open = readdirSync(`/proc/${pid}/fd`).flatMap((fd) => heldAs(`/proc/${pid}/fd/${fd}`, folder));
    return [...ids, ...open];
  } catch {
    return undefined;
  }
}

function heldAs(link: string, folder: string): string[] {
  try {
    return readlinkSync(link).startsWith(`${folder}/`) ? [idOf(statSync(link))] : [];
  } catch {
    return [];
  }
}

/** What living processes hold, and of which users there are some that may not be asked. */
export function holdings(folder: string = SHARED_MEMORY): { readonly held: ReadonlySet<string>; readonly silent: ReadonlySet<number> } {
  const held = new Set<string>();
  const silent = new Set<number>();
  for (const { pid, state } of processTable()) {
    if (state === "Z" || state === "X") continue;
    const ids = heldBy(pid, folder);
    for (const id of ids ?? []) held.add(id);
    // The owner of its folder in /proc is root where a process is not dumpable. An init that keeps to itself is not in doubt.
    const uid = ids === undefined && pid !== 1 ? /^Uid:\t\d+\t(\d+)/m.exec(textOf(`/proc/${pid}/status`))?.[1] : undefined;
    if (uid !== undefined) silent.add(Number(uid));
  }
  return { held, silent };
}

/** As `stat` writes a device of which `/proc/PID/maps` shows the two halves: makedev(3). */
function device(major: number, minor: number): number {
  return (minor & 0xff) + major * 0x100 + (minor >> 8) * 0x10_0000;
}

function idOf({ dev, ino }: { readonly dev: number; readonly ino: number }): string {
  return `${dev}:${ino}`;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return "";
  }
}
