import type { Milliseconds, RequestError, RequestSample } from "../model/index.ts";

const EXAMPLE_LENGTH = 300;

/** Running counts of a pass. */
export class Tally {
  #completed = 0;
  #failed = 0;
  #tokens = 0;
  readonly #errors: Partial<Record<RequestError, number>> = {};
  readonly #examples: Partial<Record<RequestError, string>> = {};

  add({ error, completionTokens }: RequestSample, detail: string | undefined): void {
    if (error === undefined) {
      this.#completed += 1;
      this.#tokens += completionTokens ?? 0;
      return;
    }
    this.#failed += 1;
    this.#errors[error] = (this.#errors[error] ?? 0) + 1;
    this.#examples[error] ??= (detail ?? error).trim().slice(0, EXAMPLE_LENGTH);
  }

  result(): {
    completed: number;
    errors: Partial<Record<RequestError, number>>;
    examples: Partial<Record<RequestError, string>>;
  } {
    return { completed: this.#completed, errors: this.#errors, examples: this.#examples };
  }

  /** `12/64 done, 16 in flight, 830 tokens/s, 0 errors` */
  line(asked: number, inFlight: number, elapsedMs: Milliseconds): string {
    const rate = elapsedMs > 0 ? Math.round((this.#tokens / elapsedMs) * 1_000) : 0;
    return `${this.#completed}/${asked} done, ${inFlight} in flight, ${rate} tokens/s, ${this.#failed} errors`;
  }
}
