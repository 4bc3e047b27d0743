import { resolve } from "node:path";
import type { BaselineConfig, Problem, RunRecord } from "../model/index.ts";
import { readRecord } from "../record/index.ts";

/**
 * The record to compare with, or one sentence on why there is none. A directory is taken from `cwd` where it is relative, and may
 * be the `record.json` itself. Whether the record may be compared with is decided by `compare`, not here.
 */
export async function readBaseline(config: BaselineConfig, cwd: string): Promise<{ found: RunRecord } | { missing: string }> {
  switch (config.from) {
    case "none":
      return { missing: "no baseline is configured" };
    case "branch":
      return {
        missing:
          `records kept on a branch ("${config.branch}") are not available in this version; ` +
          "fetch the record of that branch into a folder and write `baseline: { directory: ./that-folder }`",
      };
    case "directory": {
      const read = await readRecord(resolve(cwd, config.path));
      if (read.ok) return { found: read.value };
      return { missing: `no baseline could be read: ${read.problems.map(inSentence).join("; ")}` };
    }
  }
}

/** A Problem as part of a sentence, on one line. */
function inSentence({ path, message, hint }: Problem): string {
  const tail = hint === undefined ? "" : ` (${hint.charAt(0).toLowerCase()}${hint.slice(1).replace(/\.$/, "")})`;
  return `${path}: ${message}${tail}`;
}
