import { closeSync, constants, openSync, readSync } from "node:fs";
import { ask } from "../shell/index.ts";
import type { World } from "./gpus.ts";

/** A moment in the kernel's log, or why the log cannot be read. */
export type KernelMark =
  | { readonly source: "kmsg"; readonly sequence: number }
  | { readonly source: "journal"; readonly since: string }
  | { readonly source: "none"; readonly why: string };

/** Where the kernel's messages are read; a test puts a file in its place. */
const KMSG = "/dev/kmsg";
const MOST_BYTES = 32 * 1024 * 1024;
const JOURNAL_MS = 10_000;
/** What a driver or the kernel says of GPUs and of killed programs; everything else is nobody's business here. */
const OF_INTEREST = /NVRM:|nvidia|Out of memory|oom-kill|Killed process|mce: \[Hardware Error\]/i;

/**
 * Remembers where the kernel's log stands. `/dev/kmsg` needs root or `CAP_SYSLOG` where `kernel.dmesg_restrict` is set; members of `adm` or
 * `systemd-journal` can ask the journal instead. Without either nothing is known, which is not the same as nothing having happened.
 */
export async function kernelMark({ env, signal }: World, now: Date = new Date()): Promise<KernelMark> {
  const path = env["SERVEGATE_KMSG"] ?? KMSG;
  const read = readKmsg(path);
  if (!("why" in read)) return { source: "kmsg", sequence: read.at(-1)?.sequence ?? -1 };
  // A journal that shows us nothing at all does not let us see the kernel's part of it: every boot has written there.
  const last = await ask(["journalctl", "-k", "-q", "-n", "1", "-o", "cat", "--no-pager"], { timeoutMs: JOURNAL_MS, env, signal });
  if (last.ok && last.stdout.trim() !== "") return { source: "journal", since: `@${Math.floor(now.getTime() / 1000)}` };
  const journal = last.missing ? "there is no journalctl" : "the journal shows nothing of the kernel's";
  return { source: "none", why: `${path}: ${read.why}; ${journal}` };
}

/** What the kernel has said about GPUs and killed programs since the mark; undefined where it cannot be read. */
export async function kernelSince(mark: KernelMark, { env, signal }: World): Promise<readonly string[] | undefined> {
  if (mark.source === "none") return undefined;
  if (mark.source === "kmsg") {
    const read = readKmsg(env["SERVEGATE_KMSG"] ?? KMSG);
    if ("why" in read) return undefined;
    return read.flatMap(({ sequence, text }) => (sequence > mark.sequence && OF_INTEREST.test(text) ? [text] : []));
  }
  const argv = ["journalctl", "-k", "-q", "-o", "cat", "--no-pager", "--since", mark.since];
  const answer = await ask(argv, { timeoutMs: JOURNAL_MS, env, signal, maxBytes: MOST_BYTES });
  return answer.ok ? answer.stdout.split("\n").filter((line) => OF_INTEREST.test(line)) : undefined;
}

export interface KernelMessage {
  readonly sequence: number;
  readonly text: string;
}

/** Reads `priority,sequence,microseconds,flags;text`; lines that continue a record begin with a blank and are left out. */
export function parseKmsg(text: string): KernelMessage[] {
  return text.split("\n").flatMap((line) => {
    const found = /^\d{1,10},(\d{1,15}),\d{1,20},[^;]{0,100};(.*)$/.exec(line);
    return found === null ? [] : [{ sequence: Number(found[1]), text: found[2] ?? "" }];
  });
}

/** The whole of the ring that the kernel keeps. Each read gives one record; the last one is followed by EAGAIN. */
function readKmsg(path: string): KernelMessage[] | { readonly why: string } {
  let fd: number | undefined;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const parts: string[] = [];
    const buffer = Buffer.alloc(64 * 1024);
    for (let bytes = 0; bytes < MOST_BYTES;) {
      const count = readRecord(fd, buffer);
      if (count === 0) break;
      parts.push(buffer.toString("utf8", 0, Math.max(0, count)));
      bytes += Math.max(1, count);
    }
    return parseKmsg(parts.join(""));
  } catch (error) {
    return { why: (error as NodeJS.ErrnoException).code ?? String(error) };
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** Bytes read; 0 at the end, -1 where records were overwritten before they were read. */
function readRecord(fd: number, buffer: Buffer): number {
  try {
    return readSync(fd, buffer, 0, buffer.length, null);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EAGAIN") return 0;
    if (code === "EPIPE") return -1;
    throw error;
  }
}
