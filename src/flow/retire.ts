import { mkdir, readdir, rename, stat } from "node:fs/promises";
import { join } from "node:path";

const RUN_FILES = /^(events\.jsonl|record\.json|report\..+|cells|baseline)$/;

/**
 * Makes room in `dir` for a new run by moving an earlier one to `dir/previous/<when it began>`. Nothing that was measured is lost;
 * resolves to the new place, or `undefined` when there was none.
 */
export async function retire(dir: string): Promise<string | undefined> {
  const names = (await readdir(dir).catch(() => [])).filter((name) => RUN_FILES.test(name));
  if (names.length === 0) return undefined;
  const began = await stat(join(dir, names.includes("events.jsonl") ? "events.jsonl" : (names[0] ?? "")));
  const place = await freshFolder(join(dir, "previous", began.birthtime.toISOString().slice(0, 19).replaceAll(/[:T]/g, "-")));
  for (const name of names) await rename(join(dir, name), join(place, name));
  return place;
}

async function freshFolder(wanted: string): Promise<string> {
  for (let n = 1; ; n++) {
    const path = n === 1 ? wanted : `${wanted}-${n}`;
    await mkdir(join(path, ".."), { recursive: true });
    const made = await mkdir(path).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code === "EEXIST") return false;
        throw error;
      },
    );
    if (made) return path;
  }
}
