import { randomUUID } from "node:crypto";

/** Invisible, and no blank to the runner, so that what follows is not at the start of the line. */
const BREAK = "\u200B";
const ANSI = /\u001B(?:\[[0-?]*[ -/]*[@-~]|[@-Z\\-_])/g;
const CONTROLS = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u2028\u2029\u202A-\u202E\u2066-\u2069]/g;

/**
 * Prints text that may contain what a server said. The runner reads `::command::` at the start of a line and `##[command]` anywhere in
 * it; commands are switched off around the text with a token that nobody can guess, and none would be recognised without that either.
 */
export function printGuarded(text: string): void {
  const token = randomUUID();
  process.stdout.write(`::stop-commands::${token}\n`);
  try {
    process.stdout.write(`${harmless(text)}\n`);
  } finally {
    process.stdout.write(`::${token}::\n`);
  }
}

/** The text with no workflow command in any of its lines, no colour codes and no control characters; a carriage return ends a line. */
export function harmless(text: string): string {
  return text
    .replace(ANSI, "")
    .split(/\r\n|\r|\n/)
    .map((line) =>
      line
        .replace(CONTROLS, " ")
        .replaceAll("##[", `##${BREAK}[`)
        .replace(/^(\s*)::/, `$1${BREAK}::`),
    )
    .join("\n");
}
