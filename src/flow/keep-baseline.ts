import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Base } from "../compare/index.ts";
import type { Prepared } from "./prepare.ts";
import { readRecord, saveRecord, saveText } from "../record/index.ts";

const FOLDER = "baseline";
const REASON = "reason.json";

/** The other side of a run that has ended: what it launched as its own base, or what was read beforehand, which is kept beside it. */
export async function otherSide(prepared: Prepared, read: Base, outDir: string): Promise<Base> {
  if (prepared.base !== undefined) return (await keptBaseline(outDir)) ?? { missing: "the base was never launched" };
  await keepBaseline(read, outDir);
  return read;
}

/** Puts what this run was compared with beside its record, so that the verdict can be computed again from the run's folder alone. */
export async function keepBaseline(base: Base, outDir: string): Promise<void> {
  const dir = join(outDir, FOLDER);
  if ("run" in base) await saveRecord(base, dir);
  else await saveText(join(dir, REASON), `${JSON.stringify(base)}\n`);
}

/** What the run at `path` (its folder, or its `record.json`) was compared with; `undefined` where nothing was kept. */
export async function keptBaseline(path: string): Promise<Base | undefined> {
  const dir = join(basename(path) === "record.json" ? dirname(path) : path, FOLDER);
  const read = await readRecord(dir);
  if (read.ok) return read.value;
  const reason = await readFile(join(dir, REASON), "utf8").catch(() => undefined);
  if (reason === undefined) {
    const absent = read.problems.every((problem) => problem.message === "no record here");
    return absent ? undefined : { unfit: read.problems.map((problem) => `${problem.path}: ${problem.message}`) };
  }
  return reasonIn(reason) ?? { unfit: [`${join(dir, REASON)} cannot be read`] };
}

function reasonIn(text: string): Base | undefined {
  try {
    const found = JSON.parse(text) as { missing?: unknown; unfit?: unknown };
    if (typeof found.missing === "string") return { missing: found.missing };
    if (Array.isArray(found.unfit)) return { unfit: found.unfit.map(String) };
  } catch {
    // Told by the caller.
  }
  return undefined;
}
