/** Upper bounds of the latency buckets, in seconds. */
const BUCKETS = [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** A cumulative histogram as Prometheus wants it. */
export interface Histogram {
  readonly counts: number[];
  sum: number;
  count: number;
}

/** Everything counted since the start. */
export interface Counters {
  promptTokens: number;
  generatedTokens: number;
  finished: Record<"stop" | "length" | "abort", number>;
  readonly firstToken: Histogram;
  readonly perToken: Histogram;
  readonly endToEnd: Histogram;
}

export function newCounters(): Counters {
  const histogram = (): Histogram => ({ counts: BUCKETS.map(() => 0), sum: 0, count: 0 });
  return {
    promptTokens: 0,
    generatedTokens: 0,
    finished: { stop: 0, length: 0, abort: 0 },
    firstToken: histogram(),
    perToken: histogram(),
    endToEnd: histogram(),
  };
}

export function observe(histogram: Histogram, seconds: number): void {
  for (let index = BUCKETS.length - 1; index >= 0 && seconds <= (BUCKETS[index] ?? 0); index -= 1)
    histogram.counts[index] = (histogram.counts[index] ?? 0) + 1;
  histogram.sum += seconds;
  histogram.count += 1;
}

/** `name_bucket`, `name_sum` and `name_count` lines; `labels` without braces. */
export function histogramText(name: string, labels: string, histogram: Histogram): string[] {
  const buckets = BUCKETS.map((bound, index) => `${name}_bucket{le="${bound}",${labels}} ${histogram.counts[index]}.0`);
  return [
    `# TYPE ${name} histogram`,
    ...buckets,
    `${name}_bucket{le="+Inf",${labels}} ${histogram.count}.0`,
    `${name}_sum{${labels}} ${histogram.sum}`,
    `${name}_count{${labels}} ${histogram.count}.0`,
  ];
}
