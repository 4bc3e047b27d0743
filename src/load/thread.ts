import { readlinkSync } from "node:fs";

/** The kernel's id of the thread that calls, or `undefined` where there is no `/proc`. */
export function threadId(): number | undefined {
  try {
    return Number(/\/task\/(\d+)$/.exec(readlinkSync("/proc/thread-self"))?.[1]) || undefined;
  } catch {
    return undefined;
  }
}

/** Where threads of the client and the server's may run, while they are kept apart. */
export interface Placement {
  /** Lists of cores such as `0-3,8`. */
  readonly client: string;
  readonly server: string;
  release(): Promise<void>;
}

/** Keeps threads of the client off the server's cores for one pass; `undefined` where the two share them. */
export type KeepApart = (threads: readonly number[]) => Promise<Placement | undefined>;
