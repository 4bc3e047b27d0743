import { z } from "zod";

/** What a value should have been, in words: `expected ${expected}`, `Write ${example}.` */
export interface Words {
  readonly expected: string;
  readonly example: string;
}

/** Words by schema, so that a Problem never shows the schema library's own. */
export const words = z.registry<Words>();

/** Leaves of the configuration: schema, words for Problems, and a description that editors show. */
export function leaf<Schema extends z.ZodType>(schema: Schema, expected: string, example: string, description?: string): Schema {
  const told = description === undefined ? schema : schema.describe(description);
  words.add(told, { expected, example });
  return told;
}

export const whole = (least: number, most: number, example: string, description: string): z.ZodInt =>
  leaf(z.int().min(least).max(most), `a whole number from ${least} to ${most}`, example, description);

export const text = (example: string, description: string): z.ZodString => leaf(z.string().min(1), "a text", example, description);

/** Text that YAML may have read as a number or a boolean; its source is taken instead. */
export const literal = (example: string, description?: string): z.ZodUnion<[z.ZodString, z.ZodNumber, z.ZodBoolean]> =>
  leaf(z.union([z.string(), z.number(), z.boolean()]), "a text or a number", example, description);

export const choice = <const Choices extends readonly [string, ...string[]]>(choices: Choices, description: string) =>
  leaf(z.enum(choices), `one of ${choices.join(", ")}`, choices[0], description);

export const duration = (example: string, description: string): z.ZodString =>
  leaf(z.string().regex(DURATION), "a duration with its unit", example, description);

// Zero would give up before anything can happen.
const DURATION = /^(?=.*[1-9])\d{1,6}(\.\d{1,3})?(ms|s|m|h|d)$/;
const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `20m` → 1200000. The text has passed `duration`. */
export function milliseconds(written: string): number {
  const unit = /[a-z]+$/.exec(written)?.[0] as keyof typeof UNIT_MS;
  return Math.round(Number.parseFloat(written) * UNIT_MS[unit]);
}

export const list = <Item extends z.ZodType>(item: Item, example: string, description?: string): z.ZodArray<Item> =>
  leaf(z.array(item), "a list", example, description);

/** A command line, word by word; it never meets a shell. */
export const command = (description: string, example = "[/opt/base/bin/vllm, serve]"): z.ZodArray<z.ZodString> =>
  leaf(z.array(text("serve", "One word of the command.")).min(1), "a list of words", example, description);
