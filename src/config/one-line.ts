import type { Problem } from "../model/index.ts";

const LONGEST = 800;

/** The Problem with nothing in it that a terminal or a job log would act on: what the user wrote is quoted in it. */
export function oneLine(problem: Problem): Problem {
  const { path, message, hint } = problem;
  return { ...problem, path: plain(path), message: plain(message), ...(hint === undefined ? {} : { hint: plain(hint) }) };
}

// A line break in a key would begin a line of its own in a job log, where GitHub takes `::error::` for a command.
function plain(text: string): string {
  const escaped = text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
  return escaped.length > LONGEST ? `${escaped.slice(0, LONGEST)}…` : escaped;
}
