import { metricOf } from "../metrics/index.ts";
import type { MetricTag, Unit } from "../model/index.ts";

const UNITS: Readonly<Record<Unit, string>> = {
  ms: "ms",
  s: "s",
  "tokens/s": "tokens/s",
  "requests/s": "requests/s",
  requests: "requests",
  tokens: "tokens",
  percent: "%",
  points: "points",
  bytes: "bytes",
  ratio: "",
  count: "",
};

export const NOT_MEASURED = "not measured";

/** The metric's title, or its tag when the shelf does not know it (a record of another version). */
export function titleOf(metric: MetricTag): string {
  return metricOf(metric)?.title ?? metric;
}

export function unitText(unit: Unit): string {
  return UNITS[unit];
}

/** `1,012 tokens/s`: as many digits as the metric's noise allows. */
export function quantity(metric: MetricTag, value: number, unit: Unit): string {
  return withUnit(plain(metric, value, unit), unit);
}

/** `1,012 → 890 tokens/s`. */
export function beforeAfter(metric: MetricTag, base: number, head: number, unit: Unit): string {
  return withUnit(`${plain(metric, base, unit)} → ${plain(metric, head, unit)}`, unit);
}

/** A difference with its sign: `−122 tokens/s`, `+1.5 points`. */
export function difference(metric: MetricTag, value: number, unit: Unit): string {
  if (!Number.isFinite(value)) return NOT_MEASURED;
  const text = plain(metric, Math.abs(value), unit);
  return withUnit(`${sign(value, text)}${text}`, unit === "percent" ? "points" : unit);
}

/** A relative change: `−12.0%`. */
export function percent(relative: number): string {
  if (!Number.isFinite(relative)) return NOT_MEASURED;
  const value = Math.abs(relative) * 100;
  const text = value >= 1_000 ? Math.round(value).toLocaleString("en-US") : value.toFixed(value >= 99.95 ? 0 : 1);
  return `${sign(relative, text)}${text}%`;
}

/** `900 ms`, `61.0 s`, `30 min 5 s`, `2 h 10 min`. */
export function duration(ms: number): string {
  if (!Number.isFinite(ms) || ms < 0) return NOT_MEASURED;
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 99_950) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** How many, with thousands set apart. */
export function whole(n: number): string {
  return Number.isFinite(n) && n >= 0 ? Math.round(n).toLocaleString("en-US") : NOT_MEASURED;
}

/** `192 GB`, decimal. */
export function gigabytes(bytes: number): string {
  return Number.isFinite(bytes) && bytes > 0 ? `${Math.round(bytes / 1e9).toLocaleString("en-US")} GB` : NOT_MEASURED;
}

/** Percentage points and ratios near 1 have no useful relative change. */
export function inPoints(unit: Unit): boolean {
  return unit === "percent" || unit === "points";
}

function plain(metric: MetricTag, value: number, unit: Unit): string {
  if (!Number.isFinite(value)) return NOT_MEASURED;
  const digits = metricOf(metric)?.digits ?? fallbackDigits(value, unit);
  const text = value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return text.replace(/^-/, "−").replace(/^−(0(?:\.0+)?)$/, "$1");
}

function fallbackDigits(value: number, unit: Unit): number {
  if (unit === "count" || unit === "bytes" || unit === "tokens" || unit === "requests") return Number.isInteger(value) ? 0 : 1;
  const size = Math.abs(value);
  if (size >= 100) return 0;
  return size >= 1 ? 1 : 3;
}

function withUnit(text: string, unit: Unit): string {
  const name = UNITS[unit];
  if (name === "" || text === NOT_MEASURED) return text;
  return name === "%" ? `${text}%` : `${text} ${name}`;
}

/** A real minus, and no sign on what rounds to zero. */
function sign(value: number, rounded: string): string {
  if (/^0(?:\.0+)?$/.test(rounded)) return "";
  return value < 0 ? "−" : "+";
}
