import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { lstat, mkdir, open, readdir, rename, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** A document could not be written: a full disk, a missing right, a link where a file should be. Says what was tried, and where. */
export class StorageError extends Error {
  override readonly name = "StorageError";
  /** The operating system's word for it, such as `ENOSPC`, where it gave one. */
  readonly code: string | undefined;

  constructor(tried: string, path: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`cannot ${tried} at ${path}: ${reason}`, { cause });
    this.code = (cause as NodeJS.ErrnoException | undefined)?.code;
  }
}

/**
 * Puts `text` at `path` whole or not at all, and on the disk before it resolves: a new file beside it, forced out, then renamed
 * over it, then the folder forced out. A link, a folder or a pipe at `path` is refused with a `StorageError`.
 */
export async function saveText(path: string, text: string): Promise<void> {
  const beside = `${path}.${process.pid}-${randomBytes(4).toString("hex")}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await refuseOdd(path);
    const file = await open(beside, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o644);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await unlink(beside).catch(() => undefined);
    throw new StorageError("write", path, error);
  }
}

/** Removes the named files of an earlier run from `dir`, and what its unfinished saves left. Refuses anything but plain files. */
export async function clear(dir: string, names: readonly string[]): Promise<void> {
  try {
    for (const name of names) await refuseOdd(join(dir, name));
    const stale = (await readdir(dir)).filter((name) => names.includes(name) || names.some((kept) => isUnfinished(name, kept)));
    for (const name of stale) await unlink(join(dir, name));
  } catch (error) {
    throw new StorageError("clear what an earlier run left", dir, error);
  }
}

function isUnfinished(name: string, of: string): boolean {
  return name.startsWith(`${of}.`) && /^\d+-[0-9a-f]{8}\.tmp$/.test(name.slice(of.length + 1));
}

async function refuseOdd(path: string): Promise<void> {
  const facts = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (facts === undefined || facts.isFile()) return;
  const found = facts.isSymbolicLink() ? "a symbolic link" : facts.isDirectory() ? "a folder" : "not a plain file";
  throw new Error(`${basename(path)} is ${found}, and Servegate does not write through it; remove it first`);
}

async function syncFolder(dir: string): Promise<void> {
  const folder = await open(dir, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
