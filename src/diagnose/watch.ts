import type { Finding } from "../model/index.ts";
import { matcherOf } from "./match.ts";
import { signatures } from "./signatures/index.ts";

/** Looks for the end of a start-up while the server still runs. */
export interface Watch {
  /** One line of output; returns the finding when no start-up survives what it says. */
  push(line: string): Finding | undefined;
}

let fatal: ReturnType<typeof matcherOf> | undefined;

/**
 * Watches one start-up. Only signatures marked `fatal` count, and only at the level at which they are fatal: a healthy log,
 * however noisy, never fires. The root cause is found afterwards by `diagnose`.
 */
export function watch(): Watch {
  fatal ??= matcherOf(signatures.filter((signature) => signature.fatal === true));
  const matcher = fatal();
  return {
    push(line) {
      const hit = matcher.push(line).find((one) => !one.hint);
      if (hit === undefined) return undefined;
      const { from: _from, hint: _hint, ...finding } = hit;
      return finding;
    },
  };
}
