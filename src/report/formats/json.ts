import type { View } from "../shape.ts";

export const REPORT_SCHEMA = "servegate/report@1";

/**
 * `{schema, view, verdict, comparison}`, two spaces deep, keys in the order of the types. `view` is the read model with all words,
 * `verdict` and `comparison` are the values it was made from. A number that is not finite is left out.
 */
export function json({ raw, ...view }: View): string {
  const report = { schema: REPORT_SCHEMA, view, verdict: raw.verdict, comparison: raw.comparison };
  const text = JSON.stringify(report, (_, value: unknown) => (typeof value === "number" && !Number.isFinite(value) ? undefined : value), 2);
  // A runner that prints this file reads `##[command]` anywhere in a line; a terminal obeys C1 and bidirectional controls. The escapes
  // mean the same to a JSON reader.
  return `${text.replaceAll("##[", "##\\u005b").replace(INVISIBLE, escape)}\n`;
}

const INVISIBLE = /[\u007F-\u009F\u00AD\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF]/g;

function escape(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
