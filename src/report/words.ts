import type { CellClass, GateResult } from "../model/index.ts";
import { whole } from "./numbers.ts";
import type { Tone } from "./shape.ts";

interface ClassWords {
  readonly word: string;
  readonly tone: Tone;
  readonly blame: string;
}

/** One word per class, everywhere. Infrastructure and doubt are grey: they are not the change's fault. */
const CLASSES: Readonly<Record<CellClass, ClassWords>> = {
  pass: { word: "pass", tone: "good", blame: "nobody" },
  "expected-failure": { word: "expected failure", tone: "muted", blame: "a known failure" },
  "pre-existing": { word: "pre-existing", tone: "warn", blame: "the baseline" },
  "unexpected-pass": { word: "unexpected pass", tone: "warn", blame: "a stale ledger entry" },
  inconclusive: { word: "inconclusive", tone: "muted", blame: "too little evidence" },
  infra: { word: "infrastructure", tone: "muted", blame: "the machine, not your change" },
  flaky: { word: "flaky", tone: "warn", blame: "an unsteady server" },
  broken: { word: "broken", tone: "bad", blame: "the change under test" },
  regression: { word: "regression", tone: "bad", blame: "the change under test" },
  "config-error": { word: "configuration", tone: "bad", blame: "the configuration" },
  cancelled: { word: "cancelled", tone: "muted", blame: "a cancellation" },
  "internal-error": { word: "internal error", tone: "bad", blame: "Servegate itself" },
};

export function classWords(of: CellClass): ClassWords & { readonly symbol: string } {
  return { ...CLASSES[of], symbol: SYMBOLS[CLASSES[of].tone] };
}

/** Shapes differ as well as colours, so that either may be missing. */
export const SYMBOLS: Readonly<Record<Tone, string>> = { good: "✓", bad: "✗", warn: "!", muted: "○" };

export function gateWords(status: GateResult["status"]): { readonly word: string; readonly tone: Tone; readonly symbol: string } {
  const tones: Readonly<Record<GateResult["status"], Tone>> = {
    passed: "good",
    failed: "bad",
    inconclusive: "muted",
    "not-tested": "muted",
  };
  const tone = tones[status];
  return { word: status === "not-tested" ? "not tested" : status, tone, symbol: SYMBOLS[tone] };
}

/** `1 cell`, `2 cells`. */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${whole(n)} ${n === 1 ? one : many}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function list(parts: readonly string[]): string {
  const last = parts.at(-1) ?? "";
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(", ")} and ${last}`;
}
