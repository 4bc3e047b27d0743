import type { Milliseconds, Samples, Validity } from "../model/index.ts";
import type { ClientFacts } from "./client-watch.ts";
import type { ConnectionCounts } from "./pool.ts";

export interface ValidityEvidence {
  readonly samples: Samples;
  readonly client: ClientFacts;
  readonly connections: ConnectionCounts;
  /** The endpoint was told to give answers of exactly the length asked. */
  readonly exactLength: boolean;
  /** Prompt length asked for, in tokens. */
  readonly promptTokens: number;
}

/** From here on the numbers carry a warning, and from here on they are not to be used. */
const LOOP_LAG_MS = { degraded: 25, invalid: 250 } as const;
const LOOP_BUSY = { degraded: 0.75, invalid: 0.95 } as const;
const SEND_LAG_MS = { degraded: 10, invalid: 250 } as const;
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
  if (prompts.length > 0 && differs(mean, promptTokens, PROMPT_TOLERANCE)) {
    findings.push(["degraded", `prompts were ${mean.toFixed(0)} tokens long instead of ${promptTokens}`]);
  }
  return findings;
}

/** One token of difference is always allowed: a start-of-text token is counted by some servers. */
function differs(got: number | undefined, asked: number, tolerance: number): boolean {
  return got === undefined || Math.abs(got - asked) > Math.max(1, asked * tolerance);
}
