import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunRecord } from "../../model/index.ts";
import { appendHistory, historyKey, keyFolder, promote, readHistory, type HistoryRead, type KeyFacts } from "../history/index.ts";
import { changeBranch } from "./change.ts";
import { fetchTip, filesAt, writeOut } from "./fetch.ts";
import type { BranchPlace } from "./git.ts";

/** The history of a base branch as it is on the remote now; as `readHistory`, and unfit where the branch cannot be had. */
export async function readBranch(place: BranchPlace, facts: KeyFacts): Promise<HistoryRead> {
  const tip = await fetchTip(place);
  if ("unfit" in tip) return { unfit: [tip.unfit] };
  const begins = `"servegate record-baseline --branch ${place.base}" begins one`;
  if (tip.commit === undefined) return { missing: `${place.remote} has no branch ${place.branch} yet; ${begins}` };
  const files = await filesAt(place, tip.commit);
  if ("unfit" in files) return { unfit: [files.unfit] };
  if (files.length === 0) return { missing: `the branch ${place.branch} holds no history of ${place.base} yet; ${begins}` };
  const mine = `${keyFolder(historyKey(facts))}/`;
  const dir = await mkdtemp(join(tmpdir(), "servegate-branch-"));
  try {
    // Of other kinds of run their keys alone are wanted, to say what differs.
    const unread = await writeOut(
      place,
      files.filter(({ path }) => path.startsWith(mine) || path.endsWith("/key.json")),
      dir,
    );
    if (unread !== undefined) return { unfit: [unread] };
    return named(await readHistory(dir, facts), dir, place);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** `appendHistory` on a branch; `saved` names the branch. */
export async function appendBranch(record: RunRecord, place: BranchPlace): ReturnType<typeof appendHistory> {
  const kept = await changeBranch(place, keyFolder(historyKey(record)), `Keep run ${record.run.id}`, (dir) => appendHistory(record, dir));
  return "refused" in kept ? kept : { ...kept, saved: where(place) };
}

/** `promote` on a branch; `saved` names the branch. */
export async function promoteBranch(record: RunRecord, place: BranchPlace): ReturnType<typeof promote> {
  const kept = await changeBranch(place, keyFolder(historyKey(record)), `Freeze run ${record.run.id} as the anchor`, (dir) =>
    promote(record, dir),
  );
  return "refused" in kept ? kept : { saved: where(place) };
}

function where({ remote, branch, base }: BranchPlace): string {
  return `part of the history of ${base}, branch ${branch} of ${remote}`;
}

/** Sentences about the folder that was read from, said of the branch. */
function named(read: HistoryRead, dir: string, place: BranchPlace): HistoryRead {
  const told = (text: string): string => text.replaceAll(`${dir}/`, `${place.branch}: `).replaceAll(dir, `on the branch ${place.branch}`);
  if ("missing" in read) return { missing: told(read.missing) };
  return "unfit" in read ? { unfit: read.unfit.map(told) } : read;
}
