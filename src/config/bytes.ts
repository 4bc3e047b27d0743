import type { Parsed } from "../model/index.ts";

const MOST_BYTES = 1024 * 1024;

/** The text of a configuration file; a byte order mark is taken off. Refused: over 1 MiB, NUL bytes, invalid UTF-8. */
export function textOf(found: string | Uint8Array, file: string): Parsed<string> {
  const bytes = typeof found === "string" ? Buffer.from(found) : found;
  if (bytes.byteLength > MOST_BYTES)
    return refuse(`${file} is larger than 1 MiB, the most a configuration may be`, "Is this the right file?");
  const nul = bytes.indexOf(0);
  if (nul >= 0)
    return refuse(`${file} is not a text file: byte ${nul + 1} is NUL`, "Write the configuration as UTF-8 text; UTF-16 is not read.");
  try {
    return { ok: true, value: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    return refuse(`${file} is not UTF-8 text`, "Save the file as UTF-8.");
  }
}

function refuse(message: string, hint: string): Parsed<never> {
  return { ok: false, problems: [{ path: "", line: 1, column: 1, message, hint }] };
}
