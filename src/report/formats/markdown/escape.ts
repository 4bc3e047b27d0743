/** Zero-width space: breaks what GitHub would link, invisibly. */
const BREAK = "\u200B";

/**
 * Words from a record as one line of markdown: no emphasis, link, image, HTML, table cell, mention, reference, mathematics or list
 * comes out of them. Numeric entities cannot take part in markdown's structure, whereas a backslash means different things in tables.
 */
export function text(data: string): string {
  const line = flat(data)
    // GitHub links mentions and references after markdown is done, so an entity alone would not stop it.
    .replace(/[#&<>\\`*{}[\]|~^$!]/g, (char) => (char === "#" ? `${entity(char)}${BREAK}` : entity(char)))
    .replace(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, entity)
    .replaceAll("@", `@${BREAK}`)
    .replace(/\bGH-(?=\d)/gi, (prefix) => `${prefix}${BREAK}`)
    .replaceAll("://", `:${BREAK}//`)
    .replace(/\bwww\./gi, (prefix) => `${prefix.slice(0, 3)}${BREAK}.`)
    .replace(/\b[0-9a-f]{7,40}\b/gi, (hex) => (/\d/.test(hex) && /[a-f]/i.test(hex) ? `${hex.slice(0, 6)}${BREAK}${hex.slice(6)}` : hex));
  // What would open a list, a rule or a heading, or be read as a workflow command, at the start of a line.
  return line
    .replace(/^[-+=](?=[-+=]*(?:\s|$))|^:(?=:)/, entity)
    .replace(/^(\d+)([.)])(?=\s|$)/, (_, digits: string, mark: string) => `${digits}${entity(mark)}`);
}

/** A name, value or log line, verbatim in a fixed-width font. GitHub links nothing inside code. */
export function code(data: string): string {
  const line = flat(data);
  if (line === "") return "";
  return /^[^`|\\]+$/.test(line) ? `\`${unmarked(line)}\`` : tag(line);
}

/** The same where markdown is not read, such as in `<summary>`, or where back-ticks cannot stand. */
export function tag(data: string): string {
  return `<code>${text(data)}</code>`;
}

/** Lines in a fence longer than any run of back-ticks in them. */
export function fence(lines: readonly string[], language = "text"): string {
  const body = lines.map((line) =>
    unmarked(line)
      .replaceAll("##[", `##${BREAK}[`)
      .replace(/^(\s*)::/, `$1${BREAK}::`),
  );
  const longest = Math.max(2, ...body.flatMap((line) => [...line.matchAll(/`+/g)].map((run) => run[0].length)));
  const mark = "`".repeat(longest + 1);
  return `${mark}${language}\n${body.join("\n")}\n${mark}`;
}

/** A label inside a mermaid string: letters, digits and a little punctuation. */
export function label(data: string): string {
  return flat(data).replace(/[^\p{L}\p{N} .,=→·_/%-]/gu, " ");
}

function flat(data: string): string {
  return data.replace(/[\u0000-\u001F\u007F-\u009F\u200B\u2028\u2029]/g, " ").trim();
}

/** A hidden comment in data could pass for the mark by which the comment is found again. */
function unmarked(line: string): string {
  return line.replaceAll("<!--", `<${BREAK}!--`).replaceAll("##[", `##${BREAK}[`);
}

function entity(char: string): string {
  return `&#${char.codePointAt(0)};`;
}
