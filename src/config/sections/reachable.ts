import type { MatrixConfig } from "../../model/index.ts";

/** Every value that some cell can have, by axis: those of the axes, and those of included cells. */
export function reachable(matrix: MatrixConfig): MatrixConfig["axes"] {
  const values = new Map(Object.entries(matrix.axes).map(([id, listed]) => [id, [...listed]]));
  for (const cell of matrix.include)
    for (const [id, value] of Object.entries(cell)) values.set(id, [...new Set([...(values.get(id) ?? []), value])]);
  return Object.fromEntries(values);
}
