/** Something the user can fix. Problems are collected and shown together, before a GPU is touched; they are never thrown one by one. */
export interface Problem {
  /** Where: a configuration path such as `gates[1]`, an input name, or a file. */
  readonly path: string;
  /** 1-based position in the configuration file, where there is one. */
  readonly line?: number;
  readonly column?: number;
  /** What is wrong, naming what was found: `unknown axis "piecewise"`. One line, no trailing full stop. */
  readonly message: string;
  /** What to write instead. */
  readonly hint?: string;
}

/** A value, or every reason why there is none. */
export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: readonly Problem[] };

/** `servegate.yml:12:5 gates[1]: … Try: …` — the one way a Problem is printed. */
export function problemText(problem: Problem, file?: string): string {
  const position = problem.line === undefined ? "" : `:${problem.line}:${problem.column ?? 1}`;
  const place = [file === undefined ? "" : `${file}${position}`, problem.path].filter((part) => part !== "").join(" ");
  const hint = problem.hint === undefined ? "" : `\n    ${problem.hint}`;
  return `${place}: ${problem.message}${hint}`;
}
