import type { Milliseconds, Samples, Validity } from "../model/index.ts";
import type { ClientFacts } from "./client-watch.ts";
import type { ConnectionCounts } from "./pool.ts";
import { cachedShare, type Reconciled } from "./reconcile.ts";

export interface ValidityEvidence {
  readonly samples: Samples;
  readonly client: ClientFacts;
  readonly connections: ConnectionCounts;
  /** The endpoint was told to give answers of exactly the length asked. */
  readonly exactLength: boolean;
  /** Mean prompt length asked for, in tokens; absent where nobody knows. */
  readonly promptTokens?: number;
  /** No two prompts were meant to share a beginning, so a prefix cache should find nothing. */
  readonly uniquePrompts?: boolean;
  /** What the server's own counters say. */
  readonly server?: Reconciled;
}

/** From here on the numbers carry a warning, and from here on they are not to be used. */
const LOOP_LAG_MS = { degraded: 25, invalid: 250 } as const;
const LOOP_BUSY = { degraded: 0.75, invalid: 0.95 } as const;
const SEND_LAG_MS = { degraded: 10, invalid: 250 } as const;
/** Hits on prompts that share nothing: a repeated benchmark measures the cache (vllm#52884). */
const CACHE_HITS = { degraded: 0.01, invalid: 0.1 } as const;
/** Between the mean first token here and in the server; a part of the way is the server's own front. */
const TTFT_GAP = { share: 0.2, ms: 20 } as const;
const LENGTH_TOLERANCE = 0.01;
/** Text prompts are only roughly as long as asked. */
const PROMPT_TOLERANCE = 0.15;

type Finding = readonly [state: "degraded" | "invalid", reason: string];

/** Whether the client kept up and the server did what was asked; every doubt is named. */
export function judgeValidity(evidence: ValidityEvidence): Validity {
  const findings = [
    limit("event loop late by", evidence.client.loopLagP99Ms, LOOP_LAG_MS, (ms) => `${ms.toFixed(0)} ms at p99`),
    limit("event loop busy", evidence.client.loopBusy, LOOP_BUSY, (share) => `${(share * 100).toFixed(0)} % of the time`),
    limit("requests sent late by", sendLagP99(evidence.samples), SEND_LAG_MS, (ms) => `${ms.toFixed(0)} ms at p99`),
    ...connections(evidence),
    ...lengths(evidence),
    ...serverSide(evidence),
  ].filter((finding) => finding !== undefined);
  const state = findings.some(([state]) => state === "invalid") ? "invalid" : findings.length > 0 ? "degraded" : "valid";
  return { state, reasons: findings.map(([, reason]) => reason) };
}

/** One verdict for several passes; reasons are prefixed with the pass they come from. */
export function joinValidity(parts: readonly (readonly [label: string, validity: Validity])[]): Validity {
  const states = new Set(parts.map(([, { state }]) => state));
  const state = states.has("invalid") ? "invalid" : states.has("degraded") ? "degraded" : "valid";
  return { state, reasons: parts.flatMap(([label, { reasons }]) => reasons.map((reason) => `${label}: ${reason}`)) };
}

function limit(
  what: string,
  value: number,
  at: { readonly degraded: number; readonly invalid: number },
  text: (value: number) => string,
): Finding | undefined {
  if (value < at.degraded) return undefined;
  return [value >= at.invalid ? "invalid" : "degraded", `${what} ${text(value)}`];
}

/** Time between intended and real sending; zero in a closed loop by definition. */
function sendLagP99(samples: Samples): Milliseconds {
  const lags = samples.requests.map(({ schedMs, sendMs }) => sendMs - schedMs).sort((a, b) => a - b);
  return lags[Math.ceil(lags.length * 0.99) - 1] ?? 0;
}

function connections({ connections: { reopened }, samples }: ValidityEvidence): Finding[] {
  if (reopened === 0) return [];
  return [["degraded", `${reopened} connections reopened during ${samples.requests.length} requests`]];
}

function lengths({ samples, exactLength, promptTokens }: ValidityEvidence): Finding[] {
  const done = samples.requests.filter(({ error }) => error === undefined);
  const off = done.filter(({ completionTokens, askedTokens }) => differs(completionTokens, askedTokens, LENGTH_TOLERANCE));
  const findings: Finding[] = [];
  if (off.length > 0) {
    const why = exactLength ? "although told to ignore the end of text" : "the server has no way to fix the length";
    findings.push(["degraded", `${off.length} of ${done.length} answers are not as long as asked (${why})`]);
  }
  const missing = samples.requests.filter(({ error }) => error === "no-usage").length;
  if (missing > 0) findings.push(["invalid", `${missing} of ${samples.requests.length} answers came without usage`]);
  const prompts = done.map(({ promptTokens: got }) => got).filter((got) => got !== undefined);
  const mean = prompts.reduce((sum, got) => sum + got, 0) / prompts.length;
  if (prompts.length > 0 && promptTokens !== undefined && differs(mean, promptTokens, PROMPT_TOLERANCE)) {
    findings.push(["degraded", `prompts were ${mean.toFixed(0)} tokens long instead of ${promptTokens.toFixed(0)}`]);
  }
  return findings;
}

function serverSide({ samples, uniquePrompts, server }: ValidityEvidence): Finding[] {
  const findings: Finding[] = [];
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  const hits = Math.max(server?.cacheHitShare ?? 0, cachedShare(samples) ?? 0);
  if (uniquePrompts === true && hits > CACHE_HITS.degraded) {
    const state = hits > CACHE_HITS.invalid ? "invalid" : "degraded";
    findings.push([state, `the prefix cache held ${percent(hits)} of prompts that share nothing`]);
  }
  const done = samples.requests.filter(({ error, firstMs }) => error === undefined && firstMs !== undefined);
  if (server === undefined || done.length === 0) return findings;
  const sent = samples.requests.length;
  if (server.requests !== undefined && server.requests > sent) {
    findings.push(["degraded", `the server answered ${server.requests} requests while ${sent} were sent: others use it`]);
    return findings;
  }
  const tokens = done.reduce((sum, { completionTokens = 0 }) => sum + completionTokens, 0);
  if (server.generatedTokens !== undefined && done.length === sent && differs(server.generatedTokens, tokens, LENGTH_TOLERANCE)) {
    findings.push(["degraded", `the server counted ${server.generatedTokens} generated tokens, its answers ${tokens}`]);
  }
  const ttft = done.reduce((sum, { firstMs = 0, sendMs }) => sum + firstMs - sendMs, 0) / done.length;
  const meanGap = server.ttftMeanMs === undefined ? 0 : ttft - server.ttftMeanMs;
  const [gap, of] = server.ttftGapP50Ms === undefined ? [meanGap, "mean"] : [server.ttftGapP50Ms, "median over requests"];
  if (gap > Math.max(TTFT_GAP.ms, ttft * TTFT_GAP.share)) {
    findings.push(["degraded", `the first token came ${gap.toFixed(0)} ms later here than the server says (${of})`]);
  }
  return findings;
}

/** One token of difference is always allowed: a start-of-text token is counted by some servers. */
function differs(got: number | undefined, asked: number, tolerance: number): boolean {
  return got === undefined || Math.abs(got - asked) > Math.max(1, asked * tolerance);
}
