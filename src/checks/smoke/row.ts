import type { Api, Reply } from "../../load/index.ts";
import type { CheckRow, Clock, Endpoint, RequestError } from "../../model/index.ts";

/** What a row is given. */
export interface Site {
  readonly endpoint: Endpoint;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** How it is asked where either would do. */
  readonly api: Api;
  /** Requests sent at once by the concurrency row. */
  readonly concurrent: number;
}

export interface Seen {
  readonly status: CheckRow["status"];
  readonly detail: string;
  /** Nobody answers any more, so that further rows would only wait. */
  readonly gone?: boolean;
}

/** One thing a sound server can do. */
export interface SmokeRow {
  readonly id: string;
  readonly title: string;
  try(site: Site): Promise<Seen>;
}

export function passed(detail: string): Seen {
  return { status: "passed", detail };
}

export function failed(detail: string): Seen {
  return { status: "failed", detail };
}

export function skipped(detail: string): Seen {
  return { status: "skipped", detail };
}

const GONE: ReadonlySet<RequestError | undefined> = new Set(["refused", "dns", "timeout"]);

/** The row's failure when the answer did not come as it should. */
export function failedReply({ error, detail }: Pick<Reply, "error" | "detail">): Seen {
  const text = `${error}: ${(detail ?? "").replaceAll(/\s+/g, " ")}`;
  return { ...failed(text), ...(GONE.has(error) ? { gone: true } : {}) };
}

/** A text in quotes, shortened for a row. */
export function shortText(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return JSON.stringify(line.length > 60 ? `${line.slice(0, 59)}…` : line);
}
