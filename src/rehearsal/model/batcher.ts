import { hashNumbers, share } from "../hash.ts";
import { SlabPool, type Slab } from "./cache.ts";
import { CHUNK, type Llama } from "./llama.ts";
import { draw, likeliest, logSoftmax } from "./sample.ts";

const PAD = 0;
const BEGIN = 1;
const END = 2;

/** A sequence to be continued. Plain data, so that it can cross to another thread. */
export interface Wish {
  /** Token ids; at least one. */
  readonly prompt: readonly number[];
  /** At most so many tokens are generated; 0 only scores the prompt. */
  readonly maxTokens: number;
  /** The end is not accepted before. */
  readonly minTokens: number;
  /** The end is a token like any other. */
  readonly ignoreEos: boolean;
  readonly temperature: number;
  readonly seed: number;
  /** Score the prompt's tokens too. */
  readonly scorePrompt: boolean;
  /** Runners-up kept per token. */
  readonly top: number;
}

/** One token with its log-probability given all before it. */
export interface ScoredToken {
  readonly id: number;
  readonly logprob: number;
  /** The likeliest tokens, best first. */
  readonly top: readonly (readonly [id: number, logprob: number])[];
}

export interface Inferred {
  /** From the second token on, for the first has nothing before it; empty unless asked for. */
  readonly prompt: readonly ScoredToken[];
  readonly generated: readonly ScoredToken[];
  readonly finish: "stop" | "length";
}

interface Running {
  readonly wish: Wish;
  readonly slab: Slab;
  readonly prompt: ScoredToken[];
  readonly generated: ScoredToken[];
  readonly settle: (inferred: Inferred) => void;
  next: number;
}

/** Continuous batching over one model: prompts are read one at a time, then all running sequences go on together. */
export class Batcher {
  readonly #llama: Llama;
  readonly #pool: SlabPool;
  readonly #logprobs: Float64Array;
  readonly #waiting: { readonly wish: Wish; readonly settle: (inferred: Inferred) => void }[] = [];
  #running: Running[] = [];

  constructor(llama: Llama) {
    this.#llama = llama;
    this.#pool = new SlabPool(llama.weights.layers.length, llama.weights.hidden);
    this.#logprobs = new Float64Array(llama.weights.vocabulary);
  }

  submit(wish: Wish, settle: (inferred: Inferred) => void): void {
    this.#waiting.push({ wish, settle });
  }

  get idle(): boolean {
    return this.#waiting.length + this.#running.length === 0;
  }

  /** Admit what waits, then one decode step. A few milliseconds, more where prompts are long. */
  step(): void {
    while (this.#waiting.length > 0 && this.#running.length < CHUNK) {
      const { wish, settle } = this.#waiting.shift()!;
      this.#admit(wish, settle);
    }
    if (this.#running.length === 0) return;
    const rows = this.#running.map(({ slab, wish, generated, next }) => ({
      slab,
      token: next,
      position: wish.prompt.length + generated.length - 1,
    }));
    const logits = this.#llama.decode(rows);
    const { vocabulary } = this.#llama.weights;
    for (const [i, running] of this.#running.entries()) this.#choose(running, logits, i * vocabulary);
    this.#running = this.#running.filter((running) => !this.#finished(running));
  }

  #admit(wish: Wish, settle: (inferred: Inferred) => void): void {
    const slab = this.#pool.take(wish.prompt.length + wish.maxTokens);
    const running: Running = { wish, slab, prompt: [], generated: [], settle, next: 0 };
    const { vocabulary } = this.#llama.weights;
    for (let from = 0; from < wish.prompt.length; from += CHUNK) {
      const tokens = wish.prompt.slice(from, from + CHUNK);
      const logits = this.#llama.prefill(slab, tokens, from);
      for (let i = 0; wish.scorePrompt && i < tokens.length; i += 1) {
        const following = wish.prompt[from + i + 1];
        if (following === undefined) break;
        logSoftmax(logits, i * vocabulary, this.#logprobs);
        running.prompt.push(this.#scored(following, wish.top));
      }
      const last = from + tokens.length === wish.prompt.length;
      if (last && wish.maxTokens > 0) this.#choose(running, logits, (tokens.length - 1) * vocabulary);
    }
    this.#llama.settle(slab, wish.prompt.length);
    if (!this.#finished(running)) this.#running.push(running);
  }

  #choose(running: Running, logits: Float32Array, at: number): void {
    const { wish, generated } = running;
    logSoftmax(logits, at, this.#logprobs);
    const banned = new Set([PAD, BEGIN, ...(generated.length < wish.minTokens || wish.ignoreEos ? [END] : [])]);
    running.next = draw(this.#logprobs, wish.temperature, share(hashNumbers(wish.seed, generated.length)), banned);
    generated.push(this.#scored(running.next, wish.top));
  }

  #scored(id: number, top: number): ScoredToken {
    return {
      id,
      logprob: this.#logprobs[id] ?? -Infinity,
      top: likeliest(this.#logprobs, top).map((each) => [each, this.#logprobs[each] ?? 0]),
    };
  }

  #finished({ wish, slab, prompt, generated, settle }: Running): boolean {
    const ended = generated.at(-1)?.id === END;
    if (!ended && generated.length < wish.maxTokens) return false;
    this.#pool.give(slab);
    settle({ prompt, generated, finish: ended ? "stop" : "length" });
    return true;
  }
}
