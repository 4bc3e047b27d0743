import type { Pace } from "./law.ts";

/** One answer to generate. */
export interface Job {
  readonly promptTokens: number;
  /** Tokens to produce, at least one. */
  readonly length: number;
  readonly slow: number;
  /** Called for each token in order; several may come at once when the event loop was late. */
  readonly onToken: (index: number) => void;
  readonly onEnd: () => void;
}

export interface Ticket {
  /** Frees the slot; no callback follows. */
  readonly cancel: () => void;
}

/** Counters as `/metrics` and the log show them. */
export interface Load {
  readonly running: number;
  readonly waiting: number;
}

interface Running {
  readonly job: Job;
  readonly request: number;
  /** When the next token is due, on the monotonic clock. */
  dueMs: number;
  index: number;
}

/**
 * A continuous-batching engine in miniature: at most `slots` answers at once, the rest wait in order. Every token has a due time
 * computed from the one before it, never from the time of emission, so that lateness of the event loop does not add up.
 */
export class Engine {
  readonly #pace: Pace;
  readonly #slots: number;
  readonly #running = new Set<Running>();
  readonly #waiting = new Map<number, Job>();
  #requests = 0;
  #timer: NodeJS.Timeout | undefined;
  #stalled = false;

  constructor(pace: Pace, slots: number) {
    this.#pace = pace;
    this.#slots = slots;
  }

  submit(job: Job): Ticket {
    const request = (this.#requests += 1);
    this.#waiting.set(request, job);
    this.#admit(performance.now());
    this.#schedule();
    return {
      cancel: () => {
        this.#waiting.delete(request);
        for (const running of this.#running) if (running.request === request) this.#running.delete(running);
        this.#admit(performance.now());
        this.#schedule();
      },
    };
  }

  load(): Load {
    return { running: this.#running.size, waiting: this.#waiting.size };
  }

  /** From now on nothing moves. */
  stall(): void {
    this.#stalled = true;
    clearTimeout(this.#timer);
  }

  #admit(nowMs: number): void {
    for (const [request, job] of this.#waiting) {
      if (this.#running.size >= this.#slots) return;
      this.#waiting.delete(request);
      this.#running.add({ job, request, index: 0, dueMs: nowMs + this.#pace.firstTokenMs(job.promptTokens, request) * job.slow });
    }
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    if (this.#stalled || this.#running.size === 0) return;
    let next = Infinity;
    for (const { dueMs } of this.#running) if (dueMs < next) next = dueMs;
    this.#timer = setTimeout(() => this.#tick(), Math.max(0, next - performance.now()));
  }

  #tick(): void {
    const nowMs = performance.now();
    for (const running of this.#running) {
      while (running.dueMs <= nowMs && running.index < running.job.length) {
        running.job.onToken(running.index);
        running.index += 1;
        running.dueMs += this.#pace.tokenMs(this.#running.size, running.request, running.index) * running.job.slow;
      }
      if (running.index < running.job.length) continue;
      this.#running.delete(running);
      running.job.onEnd();
    }
    this.#admit(nowMs);
    this.#schedule();
  }
}
