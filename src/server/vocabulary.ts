import { readFileSync } from "node:fs";
import { join } from "node:path";

// Special and byte tokens lie at the start of every known vocabulary; so many are passed by where there are enough.
const PASSED_BY = 1_000;
const MOST = 30_000;

/**
 * Token ids that a model in a local folder surely knows, `[from, to)`; undefined for a model by name, which is large enough for any. A
 * server refuses a prompt with one id that its model does not have.
 */
export function vocabularyOf(model: string): readonly [from: number, to: number] | undefined {
  try {
    const { vocab_size: size, text_config: text } = JSON.parse(readFileSync(join(model, "config.json"), "utf8")) as {
      vocab_size?: unknown;
      text_config?: { vocab_size?: unknown };
    };
    const known = typeof size === "number" ? size : text?.vocab_size;
    if (typeof known !== "number" || !Number.isInteger(known) || known < 16) return undefined;
    return [Math.min(PASSED_BY, Math.floor(known / 4)), Math.min(MOST, known)];
  } catch {
    return undefined;
  }
}
