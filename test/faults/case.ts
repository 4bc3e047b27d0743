import { expect, it } from "vitest";
import { formatOf } from "../../src/report/index.ts";
import { openBox, type Box, type Wish } from "./box.ts";
import { brokenPromises, type Exempt } from "./invariants.ts";
import { runCase, type How, type Ran } from "./run-case.ts";

/** One fault, put into a run, and what must come of it. */
export interface Case extends Wish {
  /** Its number in the matrix: `#14`. */
  readonly id: string;
  readonly title: string;
  readonly want: {
    /** Class of the verdict; absent where nothing was started. */
    readonly class?: string;
    readonly exitCode?: number;
    /** Class of the diagnosis of the last launch. */
    readonly failure?: string;
    /** Stands in the report, or in the problems where nothing was started. */
    readonly says?: RegExp | string;
  };
  readonly exempt?: Exempt;
  readonly how?: (box: Box) => How | Promise<How>;
  /** Done when the box is open and nothing has begun. */
  readonly before?: (box: Box) => void | Promise<void>;
  /** More that must be so afterwards, before the promises are checked. */
  readonly after?: (ran: Ran, box: Box) => void | Promise<void>;
}

/** A test for each case: the run is made, its outcome is as wanted, and none of the ten promises is broken. */
export function cases(list: readonly Case[]): void {
  it.concurrent.for(list)("$id $title", { timeout: 60_000 }, async (one) => {
    const box = await openBox(one);
    try {
      await one.before?.(box);
      const ran = await runCase(box, (await one.how?.(box)) ?? {});
      const text = told(ran);
      const { verdict } = ran.conclusion ?? {};
      const launch = ran.record?.cells[0]?.launches.at(-1);
      const seen = {
        ...(one.want.class === undefined ? {} : { class: verdict?.class }),
        ...(one.want.exitCode === undefined ? {} : { exitCode: verdict?.exitCode }),
        ...(one.want.failure === undefined ? {} : { failure: launch?.diagnosis?.class }),
        ...(one.want.says === undefined ? {} : { says: true }),
      };
      expect(ran.thrown).toBeUndefined();
      expect(seen, text).toMatchObject({ ...one.want, ...(one.want.says === undefined ? {} : { says: true }) });
      if (one.want.says !== undefined) expect(text).toMatch(one.want.says);
      await one.after?.(ran, box);
      expect(await brokenPromises(box, ran, one.exempt), text).toEqual([]);
    } finally {
      await box.github.stop();
    }
  });
}

/** Everything a person would read. */
export function told({ problems, conclusion, record }: Ran): string {
  if (conclusion === undefined) return problems.join("\n");
  const launches = record?.cells.flatMap((cell) => cell.launches) ?? [];
  const more = launches.map(({ outcome, checks, stop }) =>
    JSON.stringify({ outcome, checks: checks.map(({ rows, message }) => [rows, message]), stop }),
  );
  return [formatOf("markdown").render(conclusion.view), ...more].join("\n");
}
