import type { Axes, Evidence } from "./evidence.ts";
import { holds } from "./separate.ts";

/**
 * The cell whose outcome would tell the first explanation from another: one of them holds for it and the other does not. Of all the
 * combinations of values in the matrix, the one closest to a cell that failed; `undefined` where every combination was tried, which
 * happens when an axis has a single value.
 */
export function settlingCell(
  explanations: readonly Axes[],
  values: Readonly<Record<string, readonly string[]>>,
  known: Evidence,
): Axes | undefined {
  const [first, ...others] = explanations;
  if (first === undefined) return undefined;
  const tried = [...known.failing, ...known.serving];
  const candidates = product(values).filter(
    (axes) => others.some((other) => holds(first, axes) !== holds(other, axes)) && !tried.some((each) => distance(axes, each) === 0),
  );
  const closeness = (axes: Axes): number => Math.min(...known.failing.map((each) => distance(axes, each)));
  return candidates.toSorted((a, b) => closeness(a) - closeness(b))[0];
}

/** On how many axes two cells differ. */
export function distance(a: Axes, b: Axes): number {
  return Object.keys(a).filter((axis) => a[axis] !== b[axis]).length;
}

/** Every combination of the values of the axes. */
export function product(values: Readonly<Record<string, readonly string[]>>): Axes[] {
  return Object.entries(values).reduce<Axes[]>(
    (all, [axis, options]) => all.flatMap((axes) => options.map((value) => ({ ...axes, [axis]: value }))),
    [{}],
  );
}
