import { InvalidArgumentError } from "commander";
import type { Lengths } from "../../load/index.ts";
import type { Slo } from "../../model/index.ts";

export function positive(text: string): number {
  const value = whole(text);
  if (value < 1) throw new InvalidArgumentError(`"${text}" is below 1.`);
  return value;
}

export function whole(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError(`"${text}" is no whole number.`);
  return value;
}

export function positiveNumber(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError(`"${text}" is no number above 0.`);
  return value;
}

/** `1,16,64` or `512:4` → numbers above 0. */
export function list(text: string): number[] {
  return text.split(/[,:]/).map(positiveNumber);
}

export function collect(text: string, before: readonly string[]): string[] {
  if (!/^(ttft|tpot|e2el):\d+(\.\d+)?$/.test(text)) throw new InvalidArgumentError(`"${text}" is no bound such as ttft:200.`);
  return [...before, text];
}

/** `0.5` → uniform ±50 %; `sd:200` → normal. */
export function lengths(text: string): Lengths {
  const deviation = /^sd:(\d+(?:\.\d+)?)$/.exec(text)?.[1];
  if (deviation !== undefined) return { kind: "normal", deviation: Number(deviation) };
  const share = Number(text);
  if (!(share > 0 && share < 1)) throw new InvalidArgumentError(`"${text}" is neither a share below 1 nor sd:TOKENS.`);
  return { kind: "uniform", share };
}

export function sloOf(bounds: readonly string[]): Slo | undefined {
  if (bounds.length === 0) return undefined;
  return Object.fromEntries(bounds.map((bound) => bound.split(":")).map(([name, ms]) => [`${name}Ms`, Number(ms)]));
}
