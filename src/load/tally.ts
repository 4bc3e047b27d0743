import type { RequestError, RequestSample } from "../model/index.ts";

const EXAMPLE_LENGTH = 300;

export interface Tallied {
  readonly completed: number;
  readonly errors: Readonly<Partial<Record<RequestError, number>>>;
  readonly examples: Readonly<Partial<Record<RequestError, string>>>;
}

/** Counts what became of requests. */
export class Tally {
  #completed = 0;
  readonly #errors: Partial<Record<RequestError, number>> = {};
  readonly #examples: Partial<Record<RequestError, string>> = {};

  add({ error }: RequestSample, detail: string | undefined): void {
    if (error === undefined) {
      this.#completed += 1;
      return;
    }
    this.#errors[error] = (this.#errors[error] ?? 0) + 1;
    this.#examples[error] ??= (detail ?? error).trim().slice(0, EXAMPLE_LENGTH);
  }

  result(): Tallied {
    return { completed: this.#completed, errors: this.#errors, examples: this.#examples };
  }
}

/** Counts of several workers together; of each class the first worker's example stays. */
export function joinTallies(parts: readonly Tallied[]): Tallied {
  const errors: Partial<Record<RequestError, number>> = {};
  const examples: Partial<Record<RequestError, string>> = {};
  for (const part of parts) {
    for (const [name, count] of Object.entries(part.errors) as [RequestError, number][]) errors[name] = (errors[name] ?? 0) + count;
    for (const [name, text] of Object.entries(part.examples) as [RequestError, string][]) examples[name] ??= text;
  }
  return { completed: parts.reduce((sum, { completed }) => sum + completed, 0), errors, examples };
}
