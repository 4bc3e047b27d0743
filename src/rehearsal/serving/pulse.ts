import { type Line, sglangLine, vllmLine } from "../log/index.ts";
import type { Load } from "../engine.ts";
import type { Settings } from "../settings.ts";

/** Decode steps between two lines of SGLang's scheduler (`--decode-log-interval`). */
const SGLANG_STEPS = 40;
/** Time between two lines of vLLM's statistics. */
const VLLM_INTERVAL_MS = 10_000;

/** The log lines of a server at work: SGLang per prefill and per 40 decode steps, vLLM every ten seconds while tokens flow. */
export class Pulse {
  readonly #settings: Settings;
  readonly #load: () => Load;
  readonly #say: (lines: readonly Line[]) => void;
  #sinceMs = performance.now();
  #prompt = 0;
  #tokens = 0;

  constructor(settings: Settings, load: () => Load, say: (lines: readonly Line[]) => void) {
    this.#settings = settings;
    this.#load = load;
    this.#say = say;
  }

  prefill(promptTokens: number): void {
    this.#prompt += promptTokens;
    if (this.#settings.dialect === "vllm") return;
    const { running, waiting } = this.#load();
    const graph = this.#settings.effective["prefill-graph"] === "on" ? "True" : "False";
    this.#line(
      `Prefill batch, #new-seq: 1, #new-token: ${promptTokens}, #cached-token: 0, token usage: 0.00, #running-req: ${running}, #queue-req: ${waiting}, cuda graph: ${graph}, `,
    );
  }

  token(): void {
    this.#tokens += 1;
    const { running, waiting } = this.#load();
    const sglang = this.#settings.dialect === "sglang";
    const nowMs = performance.now();
    const due = sglang ? this.#tokens >= SGLANG_STEPS * Math.max(1, running) : nowMs - this.#sinceMs >= VLLM_INTERVAL_MS;
    if (!due) return;
    const seconds = (nowMs - this.#sinceMs) / 1000;
    const rate = (this.#tokens / seconds).toFixed(sglang ? 2 : 1);
    if (sglang) {
      const graph = this.#settings.effective["decode-graph"] === "on" ? "True" : "False";
      this.#line(
        `Decode batch, #running-req: ${running}, #token: ${this.#tokens}, token usage: 0.00, cuda graph: ${graph}, gen throughput (token/s): ${rate}, #queue-req: ${waiting}, `,
      );
    } else {
      const text =
        `Engine 000: Avg prompt throughput: ${(this.#prompt / seconds).toFixed(1)} tokens/s, Avg generation throughput: ${rate} tokens/s, ` +
        `Running: ${running} reqs, Waiting: ${waiting} reqs, GPU KV cache usage: ${(running / 10).toFixed(1)}%, Prefix cache hit rate: 0.0%`;
      this.#say([vllmLine("APIServer", "loggers.py:271", text)]);
    }
    this.#sinceMs = nowMs;
    this.#tokens = 0;
    this.#prompt = 0;
  }

  #line(text: string): void {
    this.#say([sglangLine(Number(this.#settings.effective["tensor-parallel"]) === 1 ? undefined : "TP0", text)]);
  }
}
