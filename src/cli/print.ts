import { EXIT, problemText, type Problem } from "../model/index.ts";

export function out(text: string): void {
  process.stdout.write(text.endsWith("\n") ? text : `${text}\n`);
}

export function err(text: string): void {
  process.stderr.write(text.endsWith("\n") ? text : `${text}\n`);
}

export function json(value: unknown): void {
  out(JSON.stringify(value, undefined, 2));
}

/** Prints every Problem with its place and hint, and sets the exit code, that of a configuration problem unless told otherwise. */
export function refuse(problems: readonly Problem[], file?: string, exitCode: number = EXIT.config): void {
  for (const problem of problems) err(problemText(problem, file));
  err(problems.length === 1 ? "1 problem; nothing was started." : `${problems.length} problems; nothing was started.`);
  process.exitCode = exitCode;
}

/** Colour only for a person at a terminal who did not refuse it. */
export function colour(): boolean {
  return process.stdout.isTTY && process.env["NO_COLOR"] === undefined;
}
