/** What every client is told to do: so many requests, all in flight together after the ramp, and so many tokens each. */
export interface Load {
  readonly url: string;
  readonly streams: number;
  readonly tokens: number;
  /** Events carry stamps, so receive times are wanted. */
  readonly stamped: boolean;
  /** Requests leave evenly over this time, so that the server's own queue at the start is no part of what is measured. */
  readonly rampMs: number;
  /** Requests of the same length before the clock starts. */
  readonly warmUp: number;
  readonly workers?: number;
}

/** What a client saw. Times are CLOCK_MONOTONIC in ms. */
export interface Seen {
  readonly requests: readonly {
    /** Beginning of the prompt, as the server logs it; absent where the client tells stamps itself. */
    readonly key?: string;
    readonly sendMs?: number;
    /** Receive time per event. */
    readonly times: readonly number[];
    /** The server's stamps as the client read them, for clients that keep texts. */
    readonly stamps?: readonly number[];
    readonly ttftMs?: number;
    readonly tpotMs?: number;
  }[];
  readonly tokens: number;
  readonly seconds: number;
  /** Of the whole process, start-up and warm-up included. */
  readonly cpuMs: number;
  readonly peakMiB: number;
  /** The client's own output throughput, tokens/s. */
  readonly throughput?: number;
}

/** Leads the one line of standard output that holds the result. */
export const MARK = "fidelity-result ";
