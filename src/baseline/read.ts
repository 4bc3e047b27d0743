import { resolve } from "node:path";
import { windowOf } from "../compare/index.ts";
import type { BaselineConfig, Problem, RunRecord } from "../model/index.ts";
import { readRecord } from "../record/index.ts";
import { readHistory, type KeyFacts } from "./history/index.ts";

/** The record to compare with; or why there is none yet; or why what is there must not be used, which makes the verdict inconclusive. */
export type BaselineRead = { readonly found: RunRecord } | { readonly missing: string } | { readonly unfit: readonly string[] };

/**
 * Reads what the configuration names. A directory or a history is taken from `cwd` where it is relative; a directory may be the
 * `record.json` itself. `facts` say what this run is, and choose the key of a history. Whether a single record may be compared with is
 * decided by `compare`, not here.
 */
export async function readBaseline(config: BaselineConfig, cwd: string, facts?: KeyFacts): Promise<BaselineRead> {
  switch (config.from) {
    case "none":
      return { missing: "no baseline is configured" };
    case "rebuild":
      return { missing: "the base is launched by the run itself" };
    case "branch":
      return {
        missing:
          `records kept on a branch ("${config.branch}") are not available in this version; ` +
          "fetch the record of that branch into a folder and write `baseline: { directory: ./that-folder }`",
      };
    case "directory":
      return readDirectory(resolve(cwd, config.path));
    case "history":
      return fromHistory(resolve(cwd, config.path), config.window, facts);
    default:
      return config satisfies never;
  }
}

/** The record at a path, for a baseline that is named on the command line. A file that is there and cannot be used is unfit. */
export async function readDirectory(path: string): Promise<BaselineRead> {
  const read = await readRecord(path);
  if (read.ok) return { found: read.value };
  const reasons = read.problems.map(inSentence);
  const absent = read.problems.every((problem) => problem.message === "no record here");
  return absent ? { missing: `no baseline could be read: ${reasons.join("; ")}` } : { unfit: reasons };
}

async function fromHistory(dir: string, window: number, facts: KeyFacts | undefined): Promise<BaselineRead> {
  if (facts === undefined) return { missing: "a history is read by a run alone" };
  const read = await readHistory(dir, facts);
  if (!("records" in read)) return read;
  return { found: windowOf(read.records, { window, ...(read.anchor === undefined ? {} : { anchor: read.anchor }) }) };
}

/** A Problem as part of a sentence, on one line. */
function inSentence({ path, message, hint }: Problem): string {
  const tail = hint === undefined ? "" : ` (${hint.charAt(0).toLowerCase()}${hint.slice(1).replace(/\.$/, "")})`;
  return `${path}: ${message}${tail}`;
}
