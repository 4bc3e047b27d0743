/**
 * The command that prints a Python package's installed version without importing the package: importing vLLM or SGLang takes
 * 5–15 s and may need a GPU. A user's own command is followed to its interpreter, and what stands before the program
 * (`srun`, `numactl`, `docker exec …`) is kept.
 */
export function askVersion(distribution: string, script: string): (command: readonly string[] | undefined) => readonly string[] {
  const code = `import importlib.metadata as m; print(m.version(${JSON.stringify(distribution)}))`;
  return (command = [script]) => {
    const at = command.findIndex((item) => isPython(item) || base(item) === script);
    const program = command[at];
    if (program === undefined) return [...command, "--version"];
    const python = isPython(program) ? program : sibling(program);
    return [...command.slice(0, at), python, "-c", code];
  };
}

/** The version in what such a command printed; warnings may stand before it. */
export function versionIn(output: string): string | undefined {
  const lines = output.split("\n").map((line) => line.trim());
  return lines.findLast((line) => VERSION.test(line))?.replace(/^v/, "");
}

const VERSION = /^v?\d+(?:\.\d+)+[\w.+!-]*$/;

function isPython(item: string): boolean {
  return /^python(?:\d+(?:\.\d+)?)?$/.test(base(item));
}

function base(item: string): string {
  return item.slice(item.lastIndexOf("/") + 1);
}

/** The interpreter that lies beside an installed script in the same virtual environment. */
function sibling(script: string): string {
  return `${script.slice(0, script.lastIndexOf("/") + 1)}python3`;
}
