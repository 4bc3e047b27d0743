import { fold, openRunFolder, type RunFolder } from "../record/index.ts";
import type { Event, RunRecord } from "../model/index.ts";

/**
 * The run on disk: every event is appended before anything else sees it, and the record is rewritten when a server has stopped.
 *
 * A disk that fails must not leave a server running, so nothing here throws while the run goes on: the first error is kept, `failed`
 * is aborted, and `close` throws it.
 */
export class Journal {
  readonly #folder: RunFolder;
  readonly #events: Event[] = [];
  readonly #failed = new AbortController();
  #saving: Promise<void> = Promise.resolve();
  #error: unknown;

  private constructor(folder: RunFolder) {
    this.#folder = folder;
  }

  static async open(dir: string): Promise<Journal> {
    return new Journal(await openRunFolder(dir));
  }

  get failed(): AbortSignal {
    return this.#failed.signal;
  }

  write(event: Event): void {
    if (event.kind === "progress") return;
    this.#events.push(event);
    try {
      if (this.#error === undefined) this.#folder.append(event);
    } catch (error) {
      this.#fail(error);
    }
    if (
      event.kind === "server-stopped" ||
      event.kind === "run-finished" ||
      event.kind === "remedies-tried" ||
      event.kind === "cell-bisected"
    )
      this.#save();
  }

  /** The record of what happened so far; `undefined` before the first event. */
  record(): RunRecord | undefined {
    return fold(this.#events);
  }

  /** Waits for the last save and resolves to the record; throws the first error that the disk gave. */
  async close(): Promise<RunRecord> {
    await this.#saving;
    await this.#folder.close();
    if (this.#error !== undefined) throw this.#error;
    const record = fold(this.#events);
    if (record === undefined) throw new Error("the run emitted no event");
    return record;
  }

  #save(): void {
    const record = fold(this.#events);
    if (record === undefined) return;
    this.#saving = this.#saveAfter(this.#saving, record);
  }

  async #saveAfter(earlier: Promise<void>, record: RunRecord): Promise<void> {
    await earlier;
    try {
      if (this.#error === undefined) await this.#folder.save(record);
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#error ??= error;
    this.#failed.abort(error);
  }
}
