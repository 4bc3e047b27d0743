import { clusterCollector, type Cluster } from "./cluster.ts";
import { contextOf } from "./context.ts";
import { newHits, type Hit } from "./hits.ts";
import { normalise, type Message } from "./normalise.ts";
import { timeline, type Timeline } from "./phase.ts";
import type { Clue, Signature } from "./signature.ts";
import { usesOf, type Uses } from "./uses.ts";

/** Everything recognised in one log. */
export interface Sighting {
  readonly hits: readonly Hit[];
  readonly clusters: readonly Cluster[];
  readonly timeline: Timeline;
  readonly lines: number;
}

/** Reads a log. Memory is bounded: a few dozen lines of context and a bounded number of hits per signature. */
export interface Matcher {
  /** One line without its newline; carriage returns inside split it. Returns what this line completed. */
  push(line: string): readonly Hit[];
  /** Whole lines as UTF-8, each with its newline. Lines in which nothing is recognised never become strings. */
  read(bytes: Buffer): void;
  end(): Sighting;
}

/** How far `near` may look back. */
const CONTEXT = 48;
const WAITING = 64;
const WINDOW = 4_000;
const NEWLINE = 10;
const NONE: readonly Hit[] = [];

/** Makes matchers for a shelf; the search tables are built once. */
export function matcherOf(shelf: readonly Signature[]): () => Matcher {
  const uses = usesOf(shelf);
  return () => newMatcher(uses);
}

function newMatcher({ index, literals, of }: Uses): Matcher {
  const context = contextOf(CONTEXT);
  const waiting: { signature: Signature; clue: Clue; message: Message; at: number; until: number }[] = [];
  const hits = newHits();
  const clusters = clusterCollector();
  let sglang = false;
  const phases = timeline(() => sglang);
  let at = 0;

  function push(line: string): readonly Hit[] {
    at += 1;
    if (!line.includes("\r") && !line.includes("\n")) return segment(line, index.find(line));
    return line.split(/[\r\n]/).flatMap((part) => (part === "" ? NONE : segment(part, index.find(part))));
  }

  function read(bytes: Buffer): void {
    const { ids, places } = index.findBytes(bytes, bytes.length);
    const found = { ids: [...ids], places: [...places] };
    let next = 0;
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
      const first = next;
      while ((found.places[next] ?? Infinity) < end) next += 1;
      if (next > first || waiting.length > 0 || clusters.open) {
        const line = bytes.toString("utf8", start, bytes[end - 1] === 13 && end > start ? end - 1 : end);
        if (line.includes("\r")) push(line);
        else {
          at += 1;
          segment(line, found.ids.slice(first, next));
        }
      } else {
        at += 1;
        context.rememberBytes(bytes, start, end);
      }
      start = end + 1;
    }
    context.settle();
  }

  function segment(raw: string, found: readonly number[]): readonly Hit[] {
    const done = found.length === 0 && waiting.length === 0 && !clusters.open ? NONE : look(raw, found);
    context.remember(raw);
    return done;
  }

  function look(raw: string, found: readonly number[]): readonly Hit[] {
    let message: Message | undefined;
    let error = clusters.open;
    const tried = new Set<Clue>();
    const done: Hit[] = [];
    for (const id of found) {
      for (const use of of[id] ?? []) {
        if (use.kind === "phase") phases.mark(use.phase, at, use.literal);
        else if (use.kind === "error") error = true;
        else if (use.kind === "sglang") sglang = true;
        else if (!tried.has(use.clue)) {
          tried.add(use.clue);
          message ??= normalise(windowOf(raw, literals[id] ?? ""));
          if (fits(use.clue, message)) take(use.signature, use.clue, message, done);
        }
      }
    }
    if (waiting.length > 0) answer((message ??= normalise(raw)), done);
    if (error) clusters.push(message ?? normalise(raw), at, (lines) => context.back(lines));
    return done;
  }

  function take(signature: Signature, clue: Clue, message: Message, done: Hit[]): void {
    const { near } = clue;
    if (near?.side === "after") {
      if (waiting.length < WAITING) waiting.push({ signature, clue, message, at, until: context.count + near.within });
    } else if (near === undefined || stoodBefore(near.match, near.within)) keep(signature, message, at, done);
  }

  function stoodBefore(match: RegExp, within: number): boolean {
    for (let back = 1; back <= Math.min(within, CONTEXT); back += 1) if (match.test(normalise(context.back(back)).text)) return true;
    return false;
  }

  /** Does this line complete what an earlier one began? */
  function answer(message: Message, done: Hit[]): void {
    for (let i = waiting.length - 1; i >= 0; i -= 1) {
      const item = waiting[i];
      if (item === undefined || item.at === at) continue;
      const completed = item.clue.near?.match.test(message.text) === true;
      if (completed) keep(item.signature, item.message, item.at, done);
      if (completed || context.count >= item.until) waiting.splice(i, 1);
    }
  }

  function keep(signature: Signature, message: Message, line: number, done: Hit[]): void {
    const hit = hits.keep(signature, message, line);
    if (hit !== undefined) done.push(hit);
  }

  return { push, read, end: () => ({ hits: hits.all(), clusters: clusters.close(), timeline: phases, lines: at }) };
}

function fits(clue: Clue, { text }: Message): boolean {
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
