import { Worker } from "node:worker_threads";
import type { Inferred, Wish } from "./batcher.ts";
import { loadTokenizer } from "./load.ts";
import type { Tokenizer } from "./tokenizer.ts";
import type { Variant } from "./variant.ts";

/** What the inferring thread is started with. */
export interface ThreadStart {
  readonly folder: string;
  readonly variant: Variant;
}

/** Inference on a thread of its own, so that the schedule of what is sent does not suffer. */
export class Inference {
  readonly tokenizer: Tokenizer;
  readonly #thread: Worker;
  readonly #waiting = new Map<number, (inferred: Inferred) => void>();
  #asked = 0;

  constructor(start: ThreadStart) {
    this.tokenizer = loadTokenizer(start.folder);
    // The program that is running now, source or bundle; it knows that it is a thread by these data.
    this.#thread = new Worker(process.argv[1] ?? "", { workerData: start });
    this.#thread.on("message", ({ number, inferred }: { readonly number: number; readonly inferred: Inferred }) => {
      this.#waiting.get(number)?.(inferred);
      this.#waiting.delete(number);
    });
    this.#thread.unref();
  }

  infer(wish: Wish): Promise<Inferred> {
    const number = (this.#asked += 1);
    return new Promise((resolve) => {
      this.#waiting.set(number, resolve);
      this.#thread.postMessage({ number, wish });
    });
  }
}
