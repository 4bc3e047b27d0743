import type { Finding } from "../model/index.ts";
import type { Message } from "./normalise.ts";
import type { Signature } from "./signature.ts";

/** A finding with what it takes to rank it. */
export interface Hit extends Finding {
  readonly from: Signature;
  /** On an INFO or WARNING line of a signature that does not expect that: worth a hint, not a verdict. */
  readonly hint: boolean;
}

/** The hits of one log, a bounded number of each signature. */
export interface Hits {
  /** Returns the hit when it counts and is kept. */
  keep(signature: Signature, message: Message, at: number): Hit | undefined;
  /** In the order of the log. */
  all(): readonly Hit[];
}

const PER_WORKER = 2;
const PER_SIGNATURE = 24;

/** Nothing kept yet. */
export function newHits(): Hits {
  const seen = new Map<Signature, { total: number; kept: number; early: Hit[]; byWorker: Map<string, number> }>();
  const hits: Hit[] = [];
  return {
    keep(signature, message, at) {
      const count = seen.get(signature) ?? { total: 0, kept: 0, early: [], byWorker: new Map<string, number>() };
      seen.set(signature, count);
      count.total += 1;
      const worker = message.worker ?? "";
      const ofWorker = count.byWorker.get(worker) ?? 0;
      const needed = signature.times ?? 1;
      if (ofWorker >= Math.max(PER_WORKER, needed) || count.kept >= PER_SIGNATURE) return undefined;
      count.byWorker.set(worker, ofWorker + 1);
      count.kept += 1;
      const hit = hitOf(signature, message, at);
      if (count.total < needed) {
        count.early.push(hit);
        return undefined;
      }
      hits.push(...count.early, hit);
      count.early = [];
      return hit;
    },
    all: () => hits.toSorted((a, b) => a.at - b.at),
  };
}

function hitOf(signature: Signature, message: Message, at: number): Hit {
  return {
    from: signature,
    signature: signature.id,
    class: signature.class,
    title: signature.title,
    level: signature.level,
    // A copy, because a slice would keep the whole chunk it was cut from in memory.
    line: Buffer.from(message.line).toString(),
    at,
    ...(message.worker === undefined ? {} : { worker: message.worker }),
    hint: message.quiet && signature.anyLevel !== true,
  };
}
