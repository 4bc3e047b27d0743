import { resolve } from "node:path";
import { windowOf } from "../compare/index.ts";
import type { BaselineConfig, Milliseconds, Problem, RunRecord } from "../model/index.ts";
import { readRecord } from "../record/index.ts";
import { stale } from "./age.ts";
import { readBranch } from "./branch/index.ts";
import { readHistory, type HistoryRead, type KeyFacts } from "./history/index.ts";

/** The record to compare with; or why there is none yet; or why what is there must not be used, which makes the verdict inconclusive. */
export type BaselineRead = { readonly found: RunRecord } | { readonly missing: string } | { readonly unfit: readonly string[] };

/**
 * Reads what the configuration names. A directory or a history is taken from `cwd` where it is relative; a directory may be the
 * `record.json` itself; a branch is read by git in `cwd`, with `gitEnv`. `facts` say what this run is, and choose the key of a history. Whether a single record may be compared with is
 * decided by `compare`, not here.
 */
export async function readBaseline(
  config: BaselineConfig,
  cwd: string,
  facts?: KeyFacts,
  gitEnv: Readonly<Record<string, string>> = {},
): Promise<BaselineRead> {
  switch (config.from) {
    case "none":
      return { missing: "no baseline is configured" };
    case "rebuild":
      return { missing: "the base is launched by the run itself" };
    case "branch":
      if (facts === undefined) return UNKNOWN_RUN;
      return fromHistory(
        await readBranch({ ...config, repository: cwd, base: config.branch, branch: config.store, env: gitEnv }, facts),
        config,
        facts,
      );
    case "directory":
      return young(await readDirectory(resolve(cwd, config.path)), config.maxAgeMs, facts);
    case "history":
      if (facts === undefined) return UNKNOWN_RUN;
      return fromHistory(await readHistory(resolve(cwd, config.path), facts), config, facts);
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

const UNKNOWN_RUN: BaselineRead = { missing: "a history is read by a run alone" };

function fromHistory(
  read: HistoryRead,
  { window, maxAgeMs }: { readonly window: number; readonly maxAgeMs?: Milliseconds },
  facts: KeyFacts,
): BaselineRead {
  if (!("records" in read)) return read;
  const newest = read.records.map(({ run }) => run.startedAt).reduce((one, other) => (Date.parse(other) > Date.parse(one) ? other : one));
  const old = stale(newest, facts.run.startedAt, maxAgeMs);
  if (old !== undefined) return { unfit: [old] };
  return { found: windowOf(read.records, { window, ...(read.anchor === undefined ? {} : { anchor: read.anchor }) }) };
}

function young(read: BaselineRead, maxAgeMs: Milliseconds | undefined, facts: KeyFacts | undefined): BaselineRead {
  const old = "found" in read ? stale(read.found.run.startedAt, facts?.run.startedAt, maxAgeMs) : undefined;
  return old === undefined ? read : { unfit: [old] };
}

/** A Problem as part of a sentence, on one line. */
function inSentence({ path, message, hint }: Problem): string {
  const tail = hint === undefined ? "" : ` (${hint.charAt(0).toLowerCase()}${hint.slice(1).replace(/\.$/, "")})`;
  return `${path}: ${message}${tail}`;
}
