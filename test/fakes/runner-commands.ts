/** A workflow command as the runner recognises it in a line of output. */
export interface RunnerCommand {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

const REGISTERED = new Set([
  "add-mask",
  "add-matcher",
  "remove-matcher",
  "debug",
  "echo",
  "endgroup",
  "error",
  "group",
  "internal-set-repo-path",
  "notice",
  "save-state",
  "set-env",
  "set-output",
  "stop-commands",
  "warning",
  "add-path",
]);

/**
 * Reads a step's output as the runner does: lines end at `\r`, `\n` or `\r\n`; `::name key=value::data` counts at the start of a line
 * after blanks, `##[name]data` anywhere in it; between `stop-commands` and its token nothing counts but the token.
 */
export function commandsIn(output: string): RunnerCommand[] {
  const found: RunnerCommand[] = [];
  let token: string | undefined;
  for (const line of output.split(/\r\n|\r|\n/)) {
    const command = modern(line, token) ?? legacy(line, token);
    if (command === undefined) continue;
    if (token !== undefined) {
      if (command.name === token.toLowerCase()) token = undefined;
      continue;
    }
    if (command.name === "stop-commands") token = command.data;
    found.push(command);
  }
  return found;
}

function modern(line: string, token: string | undefined): RunnerCommand | undefined {
  const text = line.trimStart();
  if (!text.startsWith("::")) return undefined;
  const end = text.indexOf("::", 2);
  if (end < 0) return undefined;
  const head = text.slice(2, end);
  const space = head.indexOf(" ");
  const name = space < 0 ? head : head.slice(0, space);
  if (!known(name, token)) return undefined;
  const properties = space < 0 ? {} : pairs(head.slice(space + 1), ",");
  return { name: name.toLowerCase(), properties, data: unescaped(text.slice(end + 2)) };
}

function legacy(line: string, token: string | undefined): RunnerCommand | undefined {
  const start = line.indexOf("##[");
  const end = line.indexOf("]", start);
  if (start < 0 || end < 0) return undefined;
  const head = line.slice(start + 3, end);
  const space = head.indexOf(" ");
  const name = space < 0 ? head : head.slice(0, space);
  if (!known(name, token)) return undefined;
  return { name: name.toLowerCase(), properties: space < 0 ? {} : pairs(head.slice(space + 1), ";"), data: unescaped(line.slice(end + 1)) };
}

/** The runner compares names without regard to case. */
function known(name: string, token: string | undefined): boolean {
  return REGISTERED.has(name.toLowerCase()) || (token !== undefined && name.toLowerCase() === token.toLowerCase());
}

function pairs(text: string, separator: string): Record<string, string> {
  const entries = text.split(separator).map((pair) => pair.trim().split("=", 2));
  return Object.fromEntries(entries.filter(([key, value]) => key && value).map(([key = "", value = ""]) => [key, unescaped(value)]));
}

function unescaped(text: string): string {
  return text
    .replaceAll("%0D", "\r")
    .replaceAll("%0A", "\n")
    .replaceAll("%3A", ":")
    .replaceAll("%2C", ",")
    .replaceAll("%3B", ";")
    .replaceAll("%5D", "]")
    .replaceAll("%25", "%");
}
