import { effectiveAxes, faultOf, served, type CellRecord, type FailureClass, type RunRecord } from "../model/index.ts";

export type Axes = Readonly<Record<string, string>>;

/** What the matrix says about one failure class: the values in effect of every cell that counts. */
export interface Evidence {
  readonly class: FailureClass;
  readonly failing: readonly Axes[];
  readonly serving: readonly Axes[];
  /** Cells that failed with other classes only: they might have failed with this one too, so they are no counter-evidence. */
  readonly otherwise: readonly { readonly axes: Axes; readonly class: FailureClass }[];
}

/** One piece of evidence per failure class, in the order in which the classes first appear. Interrupted and unlaunched cells do not count. */
export function evidence(record: RunRecord): Evidence[] {
  const cells = [...record.cells, ...(record.bisected ?? [])].map((cell) => ({ cell, axes: axesOf(cell), classes: classesOf(cell) }));
  const classes = [...new Set(cells.flatMap((each) => each.classes))];
  return classes.map((failure) => ({
    class: failure,
    failing: cells.filter((each) => each.classes.includes(failure)).map((each) => each.axes),
    serving: cells.filter((each) => served(each.cell)).map((each) => each.axes),
    otherwise: cells.flatMap(({ axes, classes: [first, ...rest] }) =>
      first === undefined || [first, ...rest].includes(failure) ? [] : [{ axes, class: first }],
    ),
  }));
}

function classesOf(cell: CellRecord): FailureClass[] {
  return [...new Set(cell.launches.map(faultOf).filter((each) => each !== undefined))];
}

/** A launch that failed with the class in question shows best what was in effect; any other will do. */
function axesOf(cell: CellRecord): Axes {
  return effectiveAxes(cell, cell.launches.find((launch) => faultOf(launch) !== undefined) ?? cell.launches[0]);
}
