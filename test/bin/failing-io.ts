/**
 * Makes the N-th call that changes files fail, as a full or dying disk does. Patches Node's own file functions in a process of its own, so
 * that the code under test is the real one. `arm(n, how, folder)` counts calls on that folder from now; `disarm()` tells which was the N-th.
 */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

/** Refused before anything happens, done and then reported as failed, or (for writes that tell how much) done by half without an error. */
export type FaultKind = "before" | "after" | "short";

let left = Infinity;
let folder = "";
let kind: FaultKind = "before";
let struck: string | undefined;

export function arm(nth: number, how: FaultKind, below: string): void {
  left = nth;
  folder = below;
  kind = how;
  struck = undefined;
}

/** The function that was made to fail, if the N-th call came. */
export function disarm(): string | undefined {
  left = Infinity;
  return struck;
}

/** Calls by a path count where it lies in the folder; calls by a handle count always. */
function hits(name: string, target: unknown): boolean {
  if (typeof target === "string" && !target.startsWith(folder)) return false;
  left -= 1;
  if (left !== 0) return false;
  struck = name;
  return true;
}

function refusal(name: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`ENOSPC: no space left on device, ${name} (injected)`), { code: "ENOSPC", errno: -28, syscall: name });
}

type Any = (this: unknown, ...args: unknown[]) => unknown;

function failingSync(holder: Record<string, unknown>, name: string): void {
  const real = holder[name] as Any;
  holder[name] = function patched(this: unknown, ...args: unknown[]): unknown {
    if (!hits(name, args[0])) return real.apply(this, args);
    if (kind === "short" && name === "writeSync") {
      const [fd, bytes, at = 0] = args as [number, Buffer, number?];
      return real.call(this, fd, bytes, at, Math.ceil((bytes.length - at) / 2));
    }
    if (kind === "before") throw refusal(name);
    const done = real.apply(this, args);
    if (kind === "short") return done;
    throw refusal(name);
  };
}

function failingAsync(holder: Record<string, unknown>, name: string, target = (args: readonly unknown[]): unknown => args[0]): void {
  const real = holder[name] as Any;
  holder[name] = async function patched(this: unknown, ...args: unknown[]): Promise<unknown> {
    if (!hits(name, target(args))) return real.apply(this, args);
    if (kind === "before") throw refusal(name);
    const done = await real.apply(this, args);
    if (kind === "short") return done;
    // A file that was opened and is reported as refused is nobody's to close.
    if (name === "open") await (done as fs.promises.FileHandle).close();
    throw refusal(name);
  };
}

const handle = await fs.promises.open("/dev/null");
const prototype = Object.getPrototypeOf(handle) as Record<string, unknown>;
await handle.close();
for (const name of ["openSync", "writeSync", "fsyncSync", "ftruncateSync", "renameSync", "writeFileSync", "mkdirSync", "rmSync"])
  failingSync(fs, name);
for (const name of ["open", "rename", "unlink", "mkdir", "lstat"]) failingAsync(fs.promises, name);
for (const name of ["writeFile", "appendFile", "sync"]) failingAsync(prototype, name, () => undefined);
syncBuiltinESMExports();
