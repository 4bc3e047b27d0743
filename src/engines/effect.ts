import type { ProofOfEffect, ResolvedSetting } from "../model/index.ts";

/** What a running server has shown of itself. */
export interface Evidence {
  /** Cleaned log lines, in order. */
  readonly lines: readonly string[];
  /** Parsed answer of the engine's `server_info`, when it has one. */
  readonly serverInfo?: unknown;
}

/**
 * What the engine made of each requested value. Evidence is weighed from weak to strong: lines that only repeat the
 * arguments, then `server_info`, then lines that say what was done; the last match wins.
 */
export function resolveEffects(proofs: readonly ProofOfEffect[], evidence: Evidence): ResolvedSetting[] {
  const ordered = weakToStrong(evidence);
  return proofs.map((proof) => resolve(proof, ordered));
}

// What the engine was told, printed before anything was built: vLLM's and SGLang's echo of their arguments.
const ECHO = /^non-default args: |server_args=ServerArgs\(|Initializing a V\d LLM engine .* with config:/;
const EXCERPT_CHARS = 240;

function weakToStrong({ lines, serverInfo }: Evidence): string[] {
  const info = serverInfo === undefined || serverInfo === null ? [] : [JSON.stringify(serverInfo)];
  return [...lines.filter((line) => ECHO.test(line)), ...info, ...lines.filter((line) => !ECHO.test(line))];
}

function resolve(proof: ProofOfEffect, ordered: readonly string[]): ResolvedSetting {
  const { axis, requested } = proof;
  const seen = lastReading(proof, ordered);
  if (seen !== undefined) {
    if (same(seen.resolved, requested)) return { axis, requested, effect: "as-requested", ...seen };
    const because = reasonOf(proof, ordered);
    return { axis, requested, effect: "fallback", ...seen, ...(because === undefined ? {} : { because }) };
  }
  if (proof.silenceProves === true) return { axis, requested, effect: "as-requested", resolved: requested };
  const silent = proof.readings.length === 0 || proof.silenceSaysNothing === true;
  return { axis, requested, effect: silent ? "unverifiable" : "inert" };
}

/** The first known rule that any line shows. */
function reasonOf({ reasons = [] }: ProofOfEffect, ordered: readonly string[]): string | undefined {
  return reasons.find(({ pattern }) => ordered.some((line) => new RegExp(pattern).test(line)))?.because;
}

function lastReading(proof: ProofOfEffect, ordered: readonly string[]): { resolved: string; evidence: string } | undefined {
  const readings = proof.readings.map((reading) => ({ pattern: new RegExp(reading.pattern), resolved: reading.resolved }));
  for (let index = ordered.length - 1; index >= 0; index -= 1) {
    const text = ordered[index] ?? "";
    for (const { pattern, resolved } of readings) {
      const match = pattern.exec(text);
      if (match !== null) return { resolved: resolved.replaceAll("$1", match[1] ?? ""), evidence: excerpt(text, match) };
    }
  }
  return undefined;
}

/** Numbers are compared as numbers, since engines print 0.9 for 0.90. */
function same(resolved: string, requested: string): boolean {
  return resolved === requested || (isNumber(resolved) && isNumber(requested) && Number(resolved) === Number(requested));
}

function isNumber(text: string): boolean {
  return /^-?\d+(?:\.\d+)?$/.test(text);
}

/** The line, or of a line that fills a screen the part that ends with the match: what is read stands at a pattern's end. */
function excerpt(text: string, match: RegExpExecArray): string {
  if (text.length <= EXCERPT_CHARS) return text;
  const to = Math.min(text.length, Math.max(match.index + match[0].length + 20, EXCERPT_CHARS));
  const from = Math.max(0, to - EXCERPT_CHARS);
  return `${from > 0 ? "…" : ""}${text.slice(from, to)}${to < text.length ? "…" : ""}`;
}
