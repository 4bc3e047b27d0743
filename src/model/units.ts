/** A span of time on the monotonic clock, in milliseconds. */
export type Milliseconds = number;

/** Wall-clock time as ISO 8601 in UTC; for people and for joining with other logs, never for subtraction. */
export type Timestamp = string;

export type Unit = "ms" | "s" | "tokens/s" | "requests/s" | "requests" | "tokens" | "percent" | "points" | "bytes" | "ratio" | "count";
