import { benjaminiHochberg, mean, quantile, sorted, studentCdf, variance } from "../../src/stats/index.ts";
import { ROWS, type Launch } from "./world.ts";

/** One pull request: main's history of single launches, and a way to launch base and head. */
export interface Trial {
  readonly history: readonly Launch[];
  /** A launch of each build in this job. */
  readonly pair: () => { readonly base: Launch; readonly head: Launch };
}

export interface Called {
  readonly red: boolean;
  /** The row that was made slower is among those called. */
  readonly found: boolean;
  readonly inconclusive: boolean;
  /** Launches of both builds, averaged over cells, and how many builds were launched. */
  readonly launches: number;
  readonly sides: 1 | 2;
}

export type Rule = (trial: Trial) => Called;

const column = (launches: readonly Launch[], row: number): number[] => launches.map((launch) => launch[row] ?? Number.NaN);
const rows = Array.from({ length: ROWS }, (_, row) => row);
const called = (red: readonly number[], launches: number): Called => ({
  sides: launches === 1 ? 1 : 2,
  red: red.length > 0,
  found: red.includes(0),
  inconclusive: false,
  launches,
});
const median = (values: readonly number[]): number => quantile(sorted(values), 0.5) ?? Number.NaN;

/** Rules that gates of inference servers use today, as their sources state them. */
export const inUse: Readonly<Record<string, Rule>> = {
  "last main row, 5 %": ({ history, pair }) => {
    const { head } = pair();
    const last = history.at(-1);
    return called(
      rows.filter((row) => (head[row] ?? 0) < 0.95 * (last?.[row] ?? 0)),
      1,
    );
  },
  "±2σ and 1 % on seven runs": ({ history, pair }) => {
    const { head } = pair();
    return called(
      rows.filter((row) => {
        const seven = column(history.slice(-7), row);
        const [centre, sigma] = [mean(seven) ?? 0, Math.sqrt(variance(seven) ?? 0)];
        const value = head[row] ?? 0;
        return value < centre - 2 * sigma && value < 0.99 * centre;
      }),
      1,
    );
  },
  "10 % against the P95 of rolling means": ({ history, pair }) => {
    const { head } = pair();
    return called(
      rows.filter((row) => {
        const values = column(history, row);
        const means = values.slice(2).map((_, i) => mean(values.slice(i, i + 3)) ?? 0);
        return (head[row] ?? 0) < 0.9 * (quantile(sorted(means), 0.95) ?? 0);
      }),
      1,
    );
  },
  "medians of three against three, 3 %": ({ pair }) => {
    const pairs = [pair(), pair(), pair()];
    return called(
      rows.filter(
        (row) =>
          median(
            column(
              pairs.map((each) => each.head),
              row,
            ),
          ) <
          0.97 *
            median(
              column(
                pairs.map((each) => each.base),
                row,
              ),
            ),
      ),
      6,
    );
  },
  "paired t over five, Benjamini–Hochberg 1 %": ({ pair }) => {
    const pairs = Array.from({ length: 5 }, pair);
    const ps = rows.map((row) => {
      const logs = pairs.map(({ base, head }) => Math.log((head[row] ?? 0) / (base[row] ?? 1)));
      return studentCdf((mean(logs) ?? 0) / Math.sqrt((variance(logs) ?? 0) / 5), 4);
    });
    return called(
      rows.filter((row) => (benjaminiHochberg(ps)[row] ?? 1) <= 0.01),
      10,
    );
  },
};
