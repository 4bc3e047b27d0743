import type { Finding } from "../model/index.ts";
import { clusterCollector, CLUSTER_OPENERS, type Cluster } from "./cluster.ts";
import { literalIndex } from "./literals.ts";
import { normalise, type Message } from "./normalise.ts";
import { PHASE_MARKERS, timeline, type Timeline } from "./phase.ts";
import type { Clue, Signature } from "./signature.ts";

/** A finding with what it takes to rank it. */
export interface Hit extends Finding {
  readonly from: Signature;
  /** On an INFO or WARNING line of a signature that does not expect that: worth a hint, not a verdict. */
  readonly hint: boolean;
}

/** Everything recognised in one log. */
export interface Sighting {
  readonly hits: readonly Hit[];
  readonly clusters: readonly Cluster[];
  readonly timeline: Timeline;
  readonly lines: number;
}

/** Reads a log line by line. Memory is bounded: a few dozen lines of context and a bounded number of hits per signature. */
export interface Matcher {
  /** One line without its newline; carriage returns inside split it. Returns what this line completed. */
  push(line: string): readonly Hit[];
  end(): Sighting;
}

type Use =
  | { readonly kind: "clue"; readonly signature: Signature; readonly clue: Clue }
  | { readonly kind: "phase"; readonly phase: (typeof PHASE_MARKERS)[number][0]; readonly literal: string }
  | { readonly kind: "error" }
  | { readonly kind: "sglang" };

/** How far `near` may look back. */
const CONTEXT = 48;
const HITS_PER_WORKER = 2;
const HITS_PER_SIGNATURE = 24;
const WINDOW = 4_000;
const NONE: readonly Hit[] = [];

/** The part that is worth doing once per shelf: the search tables. */
export function matcherOf(shelf: readonly Signature[]): () => Matcher {
  const uses = usesOf(shelf);
  const literals = [...uses.keys()];
  const table = [...uses.values()];
  const index = literalIndex(literals);
  return () => newMatcher(index.find, literals, table);
}

function usesOf(shelf: readonly Signature[]): Map<string, Use[]> {
  const uses = new Map<string, Use[]>();
  const add = (literal: string, use: Use): void => void uses.set(literal, [...(uses.get(literal) ?? []), use]);
  for (const signature of shelf) {
    for (const clue of signature.clues) for (const literal of [clue.has].flat()) add(literal, { kind: "clue", signature, clue });
  }
  for (const [phase, literal] of PHASE_MARKERS) add(literal, { kind: "phase", phase, literal });
  for (const literal of CLUSTER_OPENERS) add(literal, { kind: "error" });
  for (const literal of ["sglang", "ServerArgs("]) add(literal, { kind: "sglang" });
  return uses;
}

function newMatcher(find: (text: string) => readonly number[], literals: readonly string[], table: readonly (readonly Use[])[]): Matcher {
  const context: string[] = Array.from({ length: CONTEXT }, () => "");
  const waiting: { signature: Signature; clue: Clue; message: Message; at: number; until: number }[] = [];
  const seen = new Map<Signature, { total: number; kept: number; byWorker: Map<string, number> }>();
  const early = new Map<Signature, Hit[]>();
  const hits: Hit[] = [];
  const clusters = clusterCollector();
  let sglang = false;
  const phases = timeline(() => sglang);
  let at = 0;
  let stored = 0;

  function push(line: string): readonly Hit[] {
    at += 1;
    if (!line.includes("\r") && !line.includes("\n")) return segment(line);
    return line.split(/[\r\n]/).flatMap((part) => (part === "" ? NONE : segment(part)));
  }

  function segment(raw: string): readonly Hit[] {
    const found = find(raw);
    if (found.length === 0 && waiting.length === 0 && !clusters.open) {
      remember(raw);
      return NONE;
    }
    const done = look(raw, found);
    remember(raw);
    return done;
  }

  function remember(raw: string): void {
    context[stored % CONTEXT] = raw;
    stored += 1;
  }

  function look(raw: string, found: readonly number[]): readonly Hit[] {
    let message: Message | undefined;
    let tried: Set<Clue> | undefined;
    let error = clusters.open;
    const done: Hit[] = [];
    for (const id of found) {
      for (const use of table[id] ?? []) {
        if (use.kind === "phase") phases.mark(use.phase, at, use.literal);
        else if (use.kind === "error") error = true;
        else if (use.kind === "sglang") sglang = true;
        else if (tried?.has(use.clue) !== true) {
          tried = (tried ?? new Set()).add(use.clue);
          message ??= normalise(windowOf(raw, literals[id] ?? ""));
          if (fits(use.clue, message)) take(use.signature, use.clue, message, done);
        }
      }
    }
    if (waiting.length > 0) answer((message ??= normalise(raw)), done);
    if (error) clusters.push(message ?? normalise(raw), at);
    return done;
  }

  function take(signature: Signature, clue: Clue, message: Message, done: Hit[]): void {
    if (clue.near === undefined) return keep(signature, message, at, done);
    const { match, within, side } = clue.near;
    if (side === "after") {
      if (waiting.length < 64) waiting.push({ signature, clue, message, at, until: stored + within });
      return;
    }
    for (let back = 1; back <= Math.min(within, CONTEXT, stored); back += 1) {
      const earlier = normalise(context[(stored - back) % CONTEXT] ?? "");
      if (match.test(earlier.text)) return keep(signature, message, at, done);
    }
  }

  function answer(message: Message, done: Hit[]): void {
    for (let i = waiting.length - 1; i >= 0; i -= 1) {
      const item = waiting[i];
      if (item === undefined || item.at === at) continue;
      if (item.clue.near?.match.test(message.text) === true) {
        keep(item.signature, item.message, item.at, done);
        waiting.splice(i, 1);
      } else if (stored >= item.until) waiting.splice(i, 1);
    }
  }

  function keep(signature: Signature, message: Message, line: number, done: Hit[]): void {
    const count = seen.get(signature) ?? { total: 0, kept: 0, byWorker: new Map<string, number>() };
    seen.set(signature, count);
    count.total += 1;
    const worker = message.worker ?? "";
    const ofWorker = count.byWorker.get(worker) ?? 0;
    const needed = signature.times ?? 1;
    if (ofWorker >= Math.max(HITS_PER_WORKER, needed) || count.kept >= HITS_PER_SIGNATURE) return;
    count.byWorker.set(worker, ofWorker + 1);
    count.kept += 1;
    const hit = hitOf(signature, message, line);
    if (count.total < needed) return void early.set(signature, [...(early.get(signature) ?? []), hit]);
    hits.push(...(early.get(signature) ?? []), hit);
    early.delete(signature);
    done.push(hit);
  }

  return {
    push,
    end: () => ({ hits: hits.toSorted((a, b) => a.at - b.at), clusters: clusters.close(), timeline: phases, lines: at }),
  };
}

function fits(clue: Clue, message: Message): boolean {
  const { text } = message;
  const matches =
    clue.match === undefined || (clue.match instanceof RegExp ? clue.match.test(text) : clue.match.every((one) => one.test(text)));
  return matches && clue.unless?.test(text) !== true;
}

/** A very long line is read around the literal only, so that patterns see a bounded text. */
function windowOf(raw: string, literal: string): string {
  if (raw.length <= WINDOW) return raw;
  const start = Math.max(0, raw.indexOf(literal) - WINDOW / 2);
  return start < WINDOW / 4 ? raw.slice(0, WINDOW) : raw.slice(start, start + WINDOW);
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
