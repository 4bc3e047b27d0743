import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { CheckContext } from "../check-run.ts";
import { hubFile, isHub } from "./hub.ts";

export type Bytes = { readonly ok: true; readonly bytes: Buffer; readonly from: string } | { readonly ok: false; readonly reason: string };

/** Where data come from, and what may be used to fetch them. */
export type Fetching = Pick<CheckContext, "baseDir" | "env" | "signal">;

/** The bytes of a dataset: a file beside the configuration, or `hf:OWNER/NAME@REVISION/FILE`. With a checksum, another file is not read. */
export async function datasetBytes(dataset: string, at: Fetching, sha256?: string): Promise<Bytes> {
  const found = isHub(dataset) ? await hubFile(dataset, sha256, at) : await localFile(resolve(at.baseDir, dataset));
  if (!found.ok || sha256 === undefined) return found;
  const sum = createHash("sha256").update(found.bytes).digest("hex");
  if (sum === sha256.toLowerCase()) return found;
  const reason = `${found.from} is not the file that was agreed on: its SHA-256 is ${sum}, the configuration says ${sha256}`;
  return { ok: false, reason };
}

async function localFile(path: string): Promise<Bytes> {
  try {
    return { ok: true, bytes: await readFile(path), from: path };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { ok: false, reason: code === "ENOENT" ? `there is no file ${path}` : `${path} cannot be read: ${code ?? String(error)}` };
  }
}
