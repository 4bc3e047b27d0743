import { axesText, type CellId, type RunRecord } from "../model/index.ts";

/**
 * Combinations of the matrix that the record knows nothing of: neither run nor skipped with a reason. A shard that was lost leaves such
 * a hole, and a hole must not pass.
 */
export function holes(record: RunRecord): CellId[] {
  const known = [...record.cells, ...record.skipped].map(({ cell }) => cell.axes);
  const promised = Object.entries(record.run.axes).reduce<Readonly<Record<string, string>>[]>(
    (all, [axis, values]) => all.flatMap((axes) => values.map((value) => ({ ...axes, [axis]: value }))),
    [{}],
  );
  return promised
    .filter((axes) => !known.some((each) => Object.entries(axes).every(([axis, value]) => each[axis] === value)))
    .map((axes) => `${record.run.engine.id}/${axesText(axes)}`);
}
