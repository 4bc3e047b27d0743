import { gaussian, random } from "../../src/stats/index.ts";

/** What a history and a pull request look like: how launches scatter. */
export interface World {
  /** Standard deviation of ln(value) from launch to launch. */
  readonly cv: number;
  /** Share of launches that stand 10 % lower for no reason of the build. */
  readonly outliers: number;
  /** Standard deviation of ln(value) from job to job, and its walk from day to day. */
  readonly job: number;
  readonly walk: number;
}

export const CELLS = 8;
export const METRICS = 4;
export const ROWS = CELLS * METRICS;

/** Values of every row for one launch; `loss` falls on the first row alone. */
export type Launch = readonly number[];

/** Draws launches of one world; heavy tails are Student's t with 5 degrees of freedom, scaled to the same variance. */
export function drawer(world: World, seed: number): { job(day: number): { launch(loss?: number): Launch } } {
  const uniform = random(seed);
  const normal = (): number => gaussian(uniform);
  const heavy = (): number => {
    const chi = Array.from({ length: 5 }, normal).reduce((sum, z) => sum + z * z, 0);
    return (normal() / Math.sqrt(chi / 5)) * Math.sqrt(3 / 5);
  };
  const level = Array.from({ length: ROWS }, () => 0);
  let today = 0;
  return {
    job(day) {
      for (; today < day; today++) for (let row = 0; row < ROWS; row++) level[row] = (level[row] ?? 0) + world.walk * normal();
      const shift = Array.from({ length: ROWS }, (_, row) => (level[row] ?? 0) + world.job * normal());
      return {
        launch(loss = 0) {
          return shift.map((at, row) => {
            const odd = uniform() < world.outliers ? Math.log(0.9) : 0;
            return 1_000 * Math.exp(at + world.cv * heavy() + odd) * (row === 0 ? 1 - loss : 1);
          });
        },
      };
    },
  };
}
