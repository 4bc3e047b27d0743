/** What an installed engine says it takes. */
export interface Help {
  /** Every spelling of every flag, as registered. */
  readonly flags: ReadonlyMap<string, HelpFlag>;
}

export interface HelpFlag {
  /** The accepted values, where the engine lists them. */
  readonly choices?: readonly string[];
  /** What the engine says about the flag's end. */
  readonly deprecated?: string;
}

/** So that argparse neither wraps nor colours what it prints. */
export const helpEnvironment: Readonly<Record<string, string>> = { COLUMNS: "400", TERM: "dumb", NO_COLOR: "1" };

// Fewer are no engine's help, but a wrapper's, or a usage line before an error.
const FEWEST_FLAGS = 20;

/**
 * Reads argparse's help: lines that begin with two spaces and a flag, with all its spellings and choices, and below them what is said
 * of deprecation. Undefined when the text is no server's help.
 */
export function parseHelp(text: string): Help | undefined {
  const flags = new Map<string, HelpFlag>();
  let open: string[] = [];
  for (const line of text.split("\n")) {
    const head = /^ {2}(-{1,2}[A-Za-z].*?)(?: {2,}(\S.*))?$/.exec(line);
    if (head !== null) {
      const spelled = head[1] ?? "";
      open = spelled.match(/(?<![\w-])-{1,2}[A-Za-z][\w.-]*/g) ?? [];
      const choices = /\{([^}]*)\}/.exec(spelled)?.[1]?.split(",");
      for (const name of open) flags.set(name, choices === undefined ? {} : { choices });
    }
    const said = head === null ? line.trim() : (head[2] ?? "");
    if (head === null && !/^ {4,}\S/.test(line)) open = [];
    else if (/\bdeprecated\b/i.test(said)) for (const name of open) flags.set(name, { ...flags.get(name), deprecated: said });
  }
  return flags.size < FEWEST_FLAGS ? undefined : { flags };
}
