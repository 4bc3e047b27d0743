/** One line of output before it is dressed in a dialect's prefix. */
export interface Line {
  readonly to: "stdout" | "stderr";
  /** Who says it: `APIServer`, `EngineCore`, `Worker_TP0` in vLLM; `TP0` or nothing in SGLang. */
  readonly who?: string;
  readonly text: string;
  /** vLLM's level and place; absent means a bare line that no logger dressed. */
  readonly level?: "INFO" | "WARNING" | "ERROR";
  /** `core.py:93` */
  readonly place?: string;
  /** Already as printed: no prefix, no newline added. Progress bars and dumps of C++ code. */
  readonly raw?: true;
}

/** Process ids by the names used in prefixes. */
export type Pids = Readonly<Record<string, number>>;

/** Text exactly as it goes to the stream. */
export type Dress = (line: Line, now: Date, pids: Pids) => string;

/** A bare piece of output; give the newline yourself. */
export function raw(to: Line["to"], text: string): Line {
  return { to, text, raw: true };
}

export function two(value: number): string {
  return String(value).padStart(2, "0");
}

/** A tqdm bar as it is redrawn in place: `\r` before each state, a newline after the last. */
export function progress(label: string, total: number, shown: readonly number[], unit: string, seconds: number): Line[] {
  return shown.map((done) => {
    const percent = String(Math.floor((done / total) * 100)).padStart(3);
    const spent = (seconds * done) / total;
    const rate = done === 0 ? `?${unit}/s` : `${(done / Math.max(spent, 0.01)).toFixed(2)}${unit}/s`;
    const left = done === 0 ? "?" : clock(seconds - spent);
    const bar = label.startsWith("Loading") ? " Completed | " : `|${"█".repeat(Math.round((done / total) * 10)).padEnd(10)}| `;
    return raw("stderr", `\r${label}: ${percent}%${bar}${done}/${total} [${clock(spent)}<${left}, ${rate}]${done === total ? "\n" : ""}`);
  });
}

function clock(seconds: number): string {
  return `${two(Math.floor(seconds / 60))}:${two(Math.floor(seconds % 60))}`;
}
