import { allows, axes, axisById } from "../axes/index.ts";
import type { Axis } from "../axes/index.ts";
import { axesText } from "../model/index.ts";
import type { AxisId, Cell, Config, Problem, SkippedCell } from "../model/index.ts";
import { fingerprint } from "./fingerprint.ts";

type Values = Readonly<Record<AxisId, string>>;

export interface Expanded {
  /** Matrix order: the first axis varies slowest; included cells come last. */
  readonly cells: readonly Cell[];
  readonly excluded: readonly SkippedCell[];
  readonly problems: readonly Problem[];
}

/**
 * Cells of the matrix. `exclude` entries drop every cell that has all their values. An `include` entry adds one cell with exactly
 * its values; axes it does not name are left to the engine. With `include` entries and no axes, only the included cells run.
 */
export function expand(config: Config): Expanded {
  const { matrix } = config;
  const problems: Problem[] = [...unknownAxes(config), ...unknownValues(config)];
  const known = Object.entries(matrix.axes).filter(([axis, values]) => axisById(axis) !== undefined && values.length > 0);
  const onlyIncluded = known.length === 0 && matrix.include.length > 0;
  const product = onlyIncluded ? [] : combinations(known);
  const excluded = product.flatMap((values) => {
    const by = matrix.exclude.findIndex((entry) => matches(values, entry));
    return by === -1 ? [] : [{ values, by }];
  });
  const kept = product.filter((values) => !excluded.some((item) => item.values === values));
  problems.push(...idleExclusions(config, product));
  const included: Values[] = [];
  for (const [index, entry] of matrix.include.entries()) {
    const values = inMatrixOrder(entry, Object.keys(matrix.axes));
    const there = [...kept, ...included].some((other) => axesText(other) === axesText(values));
    if (there) problems.push({ path: `matrix.include[${index}]`, message: `adds nothing: ${axesText(values)} is already in the matrix` });
    else if (Object.keys(values).every((axis) => axisById(axis) !== undefined)) included.push(values);
  }
  const brought = new Set(included.map((values) => axesText(values)));
  return {
    cells: [...kept, ...included].map((values) => cellOf(config, values)),
    excluded: excluded
      .filter(({ values }) => !brought.has(axesText(values)))
      .map(({ values, by }) => ({ cell: cellOf(config, values), kind: "excluded", reason: `excluded by matrix.exclude[${by}]` })),
    problems,
  };
}

function combinations(axes: readonly (readonly [AxisId, readonly string[]])[]): Values[] {
  return axes.reduce<Values[]>(
    (cells, [axis, values]) => cells.flatMap((cell) => [...new Set(values)].map((value) => ({ ...cell, [axis]: value }))),
    [{}],
  );
}

function matches(values: Values, entry: Values): boolean {
  return Object.entries(entry).every(([axis, value]) => values[axis] === value);
}

/** So that an id does not depend on the order in which an entry was written. */
function inMatrixOrder(entry: Values, order: readonly AxisId[]): Values {
  const shelf = axes.map((axis) => axis.id);
  const place = (axis: AxisId): number => (order.includes(axis) ? order.indexOf(axis) : order.length + shelf.indexOf(axis));
  return Object.fromEntries(Object.entries(entry).sort(([a], [b]) => place(a) - place(b)));
}

function cellOf(config: Config, values: Values): Cell {
  return { id: `${config.engine}/${axesText(values)}`, engine: config.engine, axes: values, fingerprint: fingerprint(config, values) };
}

/** Every place of the matrix that names an axis, with the values it gives it. */
function mentions(config: Config): { path: string; axis: AxisId; values: readonly string[] }[] {
  const { axes, exclude, include } = config.matrix;
  const entries = (name: string, list: readonly Values[]) =>
    list.flatMap((entry, index) =>
      Object.entries(entry).map(([axis, value]) => ({ path: `matrix.${name}[${index}].${axis}`, axis, values: [value] })),
    );
  const listed = Object.entries(axes).map(([axis, values]) => ({ path: `matrix.${axis}`, axis, values }));
  return [...listed, ...entries("exclude", exclude), ...entries("include", include)];
}

function unknownAxes(config: Config): Problem[] {
  const hint = `Axes: ${axes.map((axis) => axis.id).join(", ")}`;
  return mentions(config)
    .filter(({ axis }) => axisById(axis) === undefined)
    .map(({ path, axis }) => ({ path, message: `unknown axis "${axis}"`, hint }));
}

function unknownValues(config: Config): Problem[] {
  return mentions(config).flatMap(({ path, axis: id, values }) => {
    const axis = axisById(id);
    if (axis === undefined) return [];
    return values
      .filter((value) => !allows(axis, value))
      .map((value) => ({ path, message: `${id} has no value "${value}"`, hint: valuesHint(axis) }));
  });
}

function valuesHint(axis: Axis): string {
  return "pattern" in axis.values ? `Write a number such as ${axis.values.example}` : `Values: ${axis.values.join(", ")}`;
}

function idleExclusions(config: Config, product: readonly Values[]): Problem[] {
  return config.matrix.exclude.flatMap((entry, index) => {
    // An unknown axis or value has been named already.
    const known = Object.entries(entry).every(([axis, value]) => {
      const found = axisById(axis);
      return found !== undefined && allows(found, value);
    });
    if (!known || product.some((values) => matches(values, entry))) return [];
    return [{ path: `matrix.exclude[${index}]`, message: `matches no cell of the matrix: ${axesText(entry)}` }];
  });
}
