import { objectionTo, type Answer, type LaunchRecord, type MetricTag, type MetricValue } from "../model/index.ts";

/** One metric of one workload over the launches of a cell. */
export interface Row {
  readonly key: string;
  readonly metric: MetricTag;
  readonly workload: string;
  /** One per launch that measured it validly; empty when none did. */
  readonly values: readonly {
    readonly launch: number;
    readonly value: MetricValue;
    readonly answers: readonly Answer[] | undefined;
    /** Of the interval on which the asking was stopped early, where it was. */
    readonly stoppedAt?: number;
  }[];
  /** Why launches that measured it were set aside, when all were. */
  readonly rejected: string | undefined;
}

/** Every metric these launches carry. Numbers of an invalid client, or of a check that could not be carried out, are set aside. */
export function rows(launches: readonly LaunchRecord[]): Row[] {
  const found = new Map<string, { metric: MetricTag; workload: string; values: Row["values"][number][]; rejected: string | undefined }>();
  for (const { launch, check } of launches.flatMap(({ number, checks }) => checks.map((each) => ({ launch: number, check: each })))) {
    for (const value of check.metrics) {
      const key = JSON.stringify([value.metric, value.workload]);
      const row = found.get(key) ?? { metric: value.metric, workload: value.workload, values: [], rejected: undefined };
      found.set(key, row);
      const objection = objectionTo(check) ?? (Number.isFinite(value.value) ? undefined : "the value is not a number");
      if (objection === undefined) {
        const stopped = check.stoppedEarly === undefined ? {} : { stoppedAt: check.stoppedEarly.confidence };
        row.values.push({ launch, value, answers: check.answers, ...stopped });
      } else row.rejected = objection;
    }
  }
  return [...found].map(([key, row]) => ({ key, ...row }));
}
