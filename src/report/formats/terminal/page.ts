import type { Tone } from "../../shape.ts";
import { columns, fit, pad, wrap } from "./width.ts";

/** Widest line of the terminal report. */
export const WIDTH = 96;

/** Colours a finished piece of text, or leaves it; words and symbols say the same without it. */
export type Paint = (text: string, as: Tone | "strong") => string;

const CODES: Readonly<Record<Tone | "strong", string>> = { good: "32", bad: "31", warn: "33", muted: "2", strong: "1" };

export function painter(colour: boolean): Paint {
  return colour ? (text, as) => `\u001B[${CODES[as]}m${text}\u001B[0m` : (text) => text;
}

/** A paragraph with every line indented; the first line may open with a mark. */
export function paragraph(text: string, indent: number, mark = ""): readonly string[] {
  const hang = indent + columns(mark);
  return wrap(text, WIDTH - hang).map((line, i) => `${" ".repeat(i === 0 ? indent : hang)}${i === 0 ? mark : ""}${line}`);
}

/** `WHAT BROKE ───────`. Nothing when the body is empty. */
export function section(title: string, body: readonly string[], paint: Paint): readonly string[] {
  if (body.length === 0) return [];
  const rule = "─".repeat(Math.max(0, WIDTH - columns(title) - 1));
  return ["", `${paint(title, "strong")} ${paint(rule, "muted")}`, ...body];
}

export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
}

/** A table that fits the page: the widest columns give way first. `tones` colours whole rows. */
export function table(
  head: readonly Column[],
  rows: readonly (readonly string[])[],
  paint: Paint,
  tones: readonly (Tone | undefined)[] = [],
): readonly string[] {
  if (rows.length === 0) return [];
  const widths = head.map((column, i) => Math.max(columns(column.title), ...rows.map((row) => columns(row[i] ?? ""))));
  const room = WIDTH - 2 - 2 * (head.length - 1);
  while (widths.reduce((sum, width) => sum + width, 0) > room) {
    const widest = widths.indexOf(Math.max(...widths));
    if ((widths[widest] ?? 0) <= 4) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  const line = (cells: readonly string[]): string =>
    `  ${cells.map((cell, i) => pad(fit(cell, widths[i] ?? 0), widths[i] ?? 0, head[i]?.align === "right" ? "left" : "right")).join("  ")}`.trimEnd();
  return [
    paint(line(head.map((column) => column.title)), "muted"),
    ...rows.map((row, i) => {
      const tone = tones[i];
      return tone === undefined || tone === "good" ? line(row) : paint(line(row), tone);
    }),
  ];
}

/** A long command over several lines, each but the last ending in a backslash, so that it can be pasted whole. */
export function command(text: string, indent: number): readonly string[] {
  const words = text.match(/(?:\$?'(?:\\.|[^'])*'|\\.|[^\s'])+/g) ?? [text];
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && columns(last) + columns(word) + 1 <= WIDTH - indent - 4) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.map((line, i) => `${" ".repeat(indent + (i === 0 ? 0 : 2))}${line}${i === lines.length - 1 ? "" : " \\"}`);
}
