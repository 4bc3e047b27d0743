import { axisById } from "../axes/index.ts";
import type { Axis, RealEngine, Translation } from "../axes/index.ts";
import { flagUses, reservedFlags, sameFlag } from "../engines/index.ts";
import type { AxisId, Cell, Config, Problem } from "../model/index.ts";
import { realEngine } from "./translate.ts";

/**
 * The user's own arguments and variables against what Servegate and the axes of the matrix set. An axis owns every flag that any
 * of its translations uses, not only those of the cell: `off` is often the absence of a flag.
 */
export function clashes(config: Config, cells: readonly Cell[]): Problem[] {
  const engine = realEngine(config);
  const varied = [...new Set(cells.flatMap((cell) => Object.keys(cell.axes)))];
  const owners = varied.flatMap((id) => owned(id, engine).map((name) => ({ name, axis: id })));
  const flags = flagUses(config.launch.args, engine).map(({ name, items, index }) => ({
    name,
    shown: items[0] ?? name,
    path: `launch.args[${index}]`,
  }));
  const variables = Object.keys(config.launch.env).map((name) => ({ name, shown: name, path: `launch.env.${name}` }));
  return [...flags, ...variables].flatMap(({ name, shown, path }) => {
    if (reservedFlags(engine).some((flag) => sameFlag(flag, name)))
      return [{ path, message: `${shown} is set by Servegate itself`, hint: "Remove it." }];
    const owner = owners.find((item) => sameFlag(item.name, name));
    if (owner === undefined) return [];
    const hint = owner.name.startsWith(`${name}.`)
      ? `Write what else is in it as single keys, ${name}.key=value: the two forms are not merged.`
      : "Keep one of the two; the axis decides it for every cell.";
    return [{ path, message: `${shown} is also decided by ${placeOf(owner.axis, config)}`, hint }];
  });
}

function placeOf(axis: AxisId, { matrix }: Config): string {
  if (axis in matrix.axes) return `matrix.${axis}`;
  return `matrix.include[${matrix.include.findIndex((entry) => axis in entry)}].${axis}`;
}

function owned(id: AxisId, engine: RealEngine): string[] {
  const axis = axisById(id);
  if (axis === undefined) return [];
  const carryings = (axis.engines[engine] ?? []).flatMap((row) => carryingsOf(row, axis));
  const named = [...(axis.owns?.[engine] ?? [])];
  return [
    ...named.filter((name) => !name.startsWith("-")),
    ...flagUses([...carryings.flatMap(({ args }) => args), ...named.filter((name) => name.startsWith("-"))], engine).map(
      ({ name }) => name,
    ),
    ...carryings.flatMap(({ env }) => Object.keys(env ?? {})),
  ];
}

function carryingsOf(row: Translation, axis: Axis) {
  if (typeof row.values !== "function") return Object.values(row.values);
  const example = "pattern" in axis.values ? row.values(axis.values.example) : undefined;
  return example === undefined ? [] : [example];
}
