import type { Milliseconds } from "../model/index.ts";
import type { Counts } from "./board.ts";

const WINDOW = 5;

/** Turns running counts into a line for people; rates are those of the last few seconds. */
export class Progress {
  readonly #asked: number;
  readonly #past: (Counts & { readonly atMs: Milliseconds })[] = [];

  constructor(asked: number) {
    this.#asked = asked;
  }

  /** `12/64 done, 3.1/s, 16 in flight, 830 tokens/s, 0 errors, 0:17 left` */
  line(counts: Counts, atMs: Milliseconds): string {
    this.#past.push({ ...counts, atMs });
    if (this.#past.length > WINDOW + 1) this.#past.shift();
    const [from] = this.#past;
    const since = this.#past.length > 1 && from !== undefined ? from : { done: 0, failed: 0, tokens: 0, atMs: 0 };
    const seconds = Math.max(1e-3, (atMs - since.atMs) / 1_000);
    const ended = counts.done + counts.failed;
    const rate = (ended - since.done - since.failed) / seconds;
    const tokens = (counts.tokens - since.tokens) / seconds;
    // Over the whole pass, because requests of one length end in waves.
    const overall = ended / Math.max(1e-3, atMs / 1_000);
    const left = overall > 0 ? `, ${clockTime((this.#asked - ended) / overall)} left` : "";
    return `${counts.done}/${this.#asked} done, ${rate.toFixed(1)}/s, ${counts.inFlight} in flight, ${Math.round(tokens)} tokens/s, ${counts.failed} errors${left}`;
  }
}

/** `0:07`, `12:30`, `1:02:03` */
function clockTime(seconds: number): string {
  const whole = Math.round(seconds);
  const pad = (value: number): string => String(value).padStart(2, "0");
  const [h, m, s] = [Math.floor(whole / 3_600), Math.floor(whole / 60) % 60, whole % 60];
  return h > 0 ? `${h}:${pad(m)}:${pad(s)}` : `${m}:${pad(s)}`;
}
