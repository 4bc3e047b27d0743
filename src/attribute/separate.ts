import type { Axes, Evidence } from "./evidence.ts";

/** Conjunctions larger than this explain a single cell and nothing more. */
const LARGEST = 3;

/**
 * The smallest conjunctions of axis values that hold for every failing cell and for no serving one, all of the same size, in the order
 * of the axes. Empty when no conjunction of up to three values separates them, or when there is no serving cell to separate from.
 */
export function separate({ failing, serving }: Pick<Evidence, "failing" | "serving">): Axes[] {
  const [first] = failing;
  if (first === undefined || serving.length === 0) return [];
  const shared = Object.entries(first).filter(([axis, value]) => failing.every((axes) => axes[axis] === value));
  for (let size = 1; size <= LARGEST; size += 1) {
    const found = subsets(shared, size)
      .map((pairs): Axes => Object.fromEntries(pairs))
      .filter((when) => !serving.some((axes) => holds(when, axes)));
    if (found.length > 0) return found;
  }
  return [];
}

/** Whether a cell has all these values. */
export function holds(when: Axes, axes: Axes): boolean {
  return Object.entries(when).every(([axis, value]) => axes[axis] === value);
}

function subsets<T>(items: readonly T[], size: number): T[][] {
  if (size === 0) return [[]];
  return items.flatMap((item, i) => subsets(items.slice(i + 1), size - 1).map((rest) => [item, ...rest]));
}
