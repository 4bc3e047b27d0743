import type { Axis } from "../axes/index.ts";
import type { AxisId } from "../model/index.ts";
import { shown } from "./explain.ts";
import { suggest } from "./suggest.ts";

/**
 * A scalar as an axis value: booleans and the words YAML 1.1 took for booleans become `on` and `off` where the axis is a switch,
 * numbers their text. `undefined` for anything that is no scalar.
 */
export function axisValue(found: unknown, axis: Axis | undefined): string | undefined {
  if (typeof found === "boolean") return found ? "on" : "off";
  if (typeof found === "number") return Number.isFinite(found) ? String(found) : undefined;
  if (typeof found !== "string") return undefined;
  const word = found.toLowerCase();
  if (axis === undefined || !isSwitch(axis)) return found;
  if (["on", "yes", "true"].includes(word)) return "on";
  return ["off", "no", "false"].includes(word) ? "off" : found;
}

export function fits(value: string, axis: Axis): boolean {
  return Array.isArray(axis.values) ? axis.values.includes(value) : (axis.values as { pattern: RegExp }).pattern.test(value);
}

/** Message and hint for a value that an axis does not have. */
export function refused(
  value: string | undefined,
  found: unknown,
  id: AxisId,
  axis: Axis | undefined,
): readonly [message: string, hint: string | undefined] {
  const values = axis?.values;
  const example = values === undefined ? "on" : "example" in values ? values.example : (values[0] ?? "on");
  if (value === undefined) return [`expected a value of "${id}", found ${shown(found)}`, `Write \`${id}: [${example}]\`.`];
  const hint = values === undefined || "example" in values ? `For example: ${example}.` : suggest(value, values);
  return [`"${value.slice(0, 60)}" is not a value of "${id}"`, hint];
}

function isSwitch(axis: Axis): boolean {
  return !("example" in axis.values) && (axis.values.includes("on") || axis.values.includes("off"));
}
