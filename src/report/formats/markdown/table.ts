/** A table of finished cells. `numbers` are the columns to align right. Nothing when there are no rows. */
export function table(head: readonly string[], rows: readonly (readonly string[])[], numbers: readonly number[] = []): string {
  if (rows.length === 0) return "";
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const rule = head.map((_, i) => (numbers.includes(i) ? "---:" : ":---"));
  return [line(head), line(rule), ...rows.map(line)].join("\n");
}

/** Folded away; blank lines let markdown be read again inside. */
export function details(summary: string, body: string): string {
  return body === "" ? "" : `<details>\n<summary>${summary}</summary>\n\n${body}\n\n</details>`;
}

export function bullets(lines: readonly string[]): string {
  return lines.map((line) => `- ${line}`).join("\n");
}
