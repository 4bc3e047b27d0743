import { accessSync, constants, statSync } from "node:fs";
import { isAbsolute, join, resolve } from "node:path";

/** The file that `name` would run, looked up as a shell does. */
export function findProgram(name: string, path: string, cwd: string): { readonly path: string } | { readonly problem: string } {
  if (name === "") return { problem: "no program was named" };
  const candidates = name.includes("/")
    ? [resolve(cwd, name)]
    : path.split(":").map((folder) => join(isAbsolute(folder) ? folder : resolve(cwd, folder), name));
  const present = candidates.filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true);
  const runnable = present.find((file) => mayRun(file));
  if (runnable !== undefined) return { path: runnable };
  if (present[0] !== undefined) return { problem: `${present[0]} may not be executed` };
  return { problem: name.includes("/") ? `there is no program ${name}` : `there is no program "${name}" on PATH` };
}

function mayRun(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
