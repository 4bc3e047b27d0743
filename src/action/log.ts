import { randomUUID } from "node:crypto";

/**
 * Prints text that may contain what a server said. The runner reads `::command::` and `##[command]` anywhere in a line of output, so
 * they are switched off around it with a token that nobody can guess.
 */
export function printGuarded(text: string): void {
  const token = randomUUID();
  process.stdout.write(`::stop-commands::${token}\n`);
  try {
    // A carriage return would start a new line for the runner's parser.
    process.stdout.write(`${text.replaceAll("\r", "")}\n`);
  } finally {
    process.stdout.write(`::${token}::\n`);
  }
}
