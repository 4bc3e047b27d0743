/** Slots per worker on the board. */
const DONE = 0;
const FAILED = 1;
const IN_FLIGHT = 2;
const TOKENS = 3;
const SLOTS = 4;

/** Shared state of a pass: which request is next, whether to stop, and running counts. Plain memory, so that threads can share it. */
export interface BoardMemory {
  readonly counters: SharedArrayBuffer;
  readonly counts: SharedArrayBuffer;
}

export interface Counts {
  readonly done: number;
  readonly failed: number;
  readonly inFlight: number;
  /** Generated tokens of completed requests. */
  readonly tokens: number;
}

export function boardMemory(workers: number): BoardMemory {
  return { counters: new SharedArrayBuffer(8), counts: new SharedArrayBuffer(workers * SLOTS * 8) };
}

/** One worker's view of the board. */
export class Board {
  readonly #counters: Int32Array;
  readonly #counts: Float64Array;
  readonly #at: number;

  constructor({ counters, counts }: BoardMemory, worker: number) {
    this.#counters = new Int32Array(counters);
    this.#counts = new Float64Array(counts);
    this.#at = worker * SLOTS;
  }

  /** Numbers from 0, each handed out once over all workers. */
  take(): number {
    return Atomics.add(this.#counters, 0, 1);
  }

  /** Tells every worker to send nothing more. */
  stop(): void {
    Atomics.store(this.#counters, 1, 1);
  }

  get stopped(): boolean {
    return Atomics.load(this.#counters, 1) === 1;
  }

  sent(): void {
    this.#add(IN_FLIGHT, 1);
  }

  ended(): void {
    this.#add(IN_FLIGHT, -1);
  }

  done(tokens: number): void {
    this.#add(DONE, 1);
    this.#add(TOKENS, tokens);
  }

  failed(): void {
    this.#add(FAILED, 1);
  }

  /** Over all workers; a number may be a moment old. */
  total(): Counts {
    const sum = (slot: number): number => {
      let total = 0;
      for (let at = slot; at < this.#counts.length; at += SLOTS) total += this.#counts[at] ?? 0;
      return total;
    };
    return { done: sum(DONE), failed: sum(FAILED), inFlight: sum(IN_FLIGHT), tokens: sum(TOKENS) };
  }

  #add(slot: number, by: number): void {
    // Each worker writes its own slots alone, so this needs no atomic.
    this.#counts[this.#at + slot] = (this.#counts[this.#at + slot] ?? 0) + by;
  }
}
