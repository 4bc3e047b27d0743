import { statSync, unlinkSync } from "node:fs";
import { basename } from "node:path";
import { ask } from "./ask.ts";
import { heldBy, holdings, segments, SHARED_MEMORY } from "./segments.ts";
import type { Segment } from "./segments.ts";

/** What became of the shared memory that appeared while a server ran, in words. */
export interface Cleared {
  readonly removed: readonly string[];
  /** The server's, and still there. */
  readonly leftovers: readonly string[];
  /** Nobody's that can be seen, and not provably the server's: not touched. */
  readonly doubtful: readonly string[];
}

/** Watches shared memory that the server shares with the machine. Nothing is removed that was there before, is held, or is another user's. */
export interface SharedMemory {
  /** What was there before the server; for the ledger. */
  readonly before: readonly string[];
  /** To be called while processes of the server still live: what they hold is the server's. */
  note(pids: readonly number[]): void;
  /** To be called when they are gone. */
  clear(): Promise<Cleared>;
}

/**
 * Names that engines and their libraries give: Python's `SharedMemory`, its semaphores and those of loky, NCCL, torch, CUDA,
 * vLLM's KV offload (vllm#51317), SGLang (sglang#28089).
 */
const ENGINES =
  /^(?:psm_[0-9a-f]{8}|sem\.(?:mp|loky)-[\w-]+|nccl-\w{6}|torch_\d+_\d+(?:_\d+)?|cuda\.shm\.[0-9a-f.]+|vllm_offload_[\w-]+|sgl_shm_\w+|multi_tokenizer_args_\w+)$/;
const IPCRM_MS = 5000;

/**
 * Begins to watch. A segment is removed when it appeared since, is ours by its user, no living process holds it, and either a process of the
 * server was seen to hold it or, with `byName`, it is named as engines name theirs. Where a process may not be asked what it holds, nobody can
 * tell that a segment is free, and it stays.
 */
export function watchSharedMemory(
  before: readonly string[] = segments().map(({ id }) => id),
  { byName = true, folder = SHARED_MEMORY }: { readonly byName?: boolean; readonly folder?: string } = {},
): SharedMemory {
  const old = new Set(before);
  const noted = new Set<string>();
  const members = new Set<number>();
  return {
    before,
    note(pids) {
      for (const pid of pids) {
        members.add(pid);
        for (const id of heldBy(pid, folder) ?? []) noted.add(id);
      }
    },
    async clear() {
      const uid = process.getuid?.();
      const appeared = segments(folder).filter((each) => !old.has(each.id) && each.uid === uid);
      if (appeared.length === 0) return { removed: [], leftovers: [], doubtful: [] };
      const { held, silent } = holdings(folder);
      const cleared = { removed: new Array<string>(), leftovers: new Array<string>(), doubtful: new Array<string>() };
      for (const each of appeared) {
        if (held.has(each.id) || (each.systemV?.attached ?? 0) > 0) continue;
        const seen = noted.has(each.id) || (each.systemV !== undefined && members.has(each.systemV.creator));
        const free = each.shared ? silent.size === 0 : !silent.has(each.uid);
        const ours = seen || (byName && ENGINES.test(basename(each.name)));
        const gone = ours && free && (await remove(each));
        if (gone) cleared.removed.push(inWords(each));
        else if (ours)
          cleared.leftovers.push(`${inWords(each)} ${free ? "cannot be removed" : "may be held by a process that cannot be asked"}`);
        else cleared.doubtful.push(inWords(each));
      }
      return cleared;
    },
  };
}

async function remove({ id, name, systemV }: Segment): Promise<boolean> {
  if (systemV !== undefined) return (await ask(["ipcrm", "-m", String(systemV.number)], { timeoutMs: IPCRM_MS })).ok;
  try {
    const { dev, ino } = statSync(name);
    // Another may have taken the name meanwhile.
    if (`${dev}:${ino}` === id) unlinkSync(name);
    return true;
  } catch {
    return statSync(name, { throwIfNoEntry: false }) === undefined;
  }
}

function inWords({ name, bytes }: Segment): string {
  return `${name} (${(bytes / 1024 ** 2).toFixed(1)} MiB)`;
}
