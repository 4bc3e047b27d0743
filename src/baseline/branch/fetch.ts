import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { saveText } from "../../record/index.ts";
import { git, saidBy, type BranchPlace } from "./git.ts";

/** The tip of the branch on its remote; `commit` is absent while the branch does not exist. */
export type Tip = { readonly commit?: string } | { readonly unfit: string };

const COMMIT = /^[0-9a-f]{40}([0-9a-f]{24})?$/;

/** Asks the remote for the branch and fetches its newest commit, without its past. No branch of the clone is changed. */
export async function fetchTip(place: BranchPlace): Promise<Tip> {
  const ref = `refs/heads/${place.branch}`;
  const listed = await git(place, ["ls-remote", "--exit-code", "--", place.remote, ref]);
  if (listed.exitCode === 2) return {};
  if (!listed.ok) return { unfit: `the branch ${place.branch} of ${place.remote} cannot be read: ${saidBy(listed)}` };
  const [commit = ""] = listed.stdout.split(/\s/);
  if (!COMMIT.test(commit)) return { unfit: `the remote ${place.remote} names no commit for ${place.branch}` };
  const fetched = await git(place, ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--depth=1", "--", place.remote, commit]);
  // Servers may serve tips alone and the branch may have moved on in between; then its name is as good.
  if (!fetched.ok) {
    const named = await git(place, ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--depth=1", "--", place.remote, ref]);
    if (!named.ok) return { unfit: `the branch ${place.branch} of ${place.remote} cannot be fetched: ${saidBy(named)}` };
    const there = await git(place, ["cat-file", "-e", `${commit}^{commit}`]);
    if (!there.ok) return fetchTip(place);
  }
  return { commit };
}

/** A file of the branch: its path below the base branch's folder, and its object. */
export interface BranchFile {
  readonly path: string;
  readonly object: string;
}

/** A history is a folder for each key with files in it; nothing else belongs there. */
const PATH = /^[A-Za-z0-9.-]{1,100}\/(?:key|anchor|\d{8}T\d{6}Z-[A-Za-z0-9_-]{1,80}\.[0-9a-f]{8})\.json$/;

/** What lies in the base branch's folder at `commit`; what does not belong into a history, by name, makes it unfit. */
export async function filesAt(place: BranchPlace, commit: string): Promise<readonly BranchFile[] | { readonly unfit: string }> {
  const listed = await git(place, ["ls-tree", "-r", "-z", "--full-tree", `${commit}:${folderOf(place)}`]);
  if (!listed.ok) {
    const there = await git(place, ["cat-file", "-e", `${commit}^{tree}`]);
    return there.ok ? [] : { unfit: `commit ${commit.slice(0, 12)} of ${place.branch} cannot be read: ${saidBy(there)}` };
  }
  const files: BranchFile[] = [];
  for (const line of listed.stdout.split("\0")) {
    const [, mode, kind, object, path] = /^(\d+) (\w+) ([0-9a-f]+)\t([^]*)$/.exec(line) ?? [];
    if (path === undefined || object === undefined) continue;
    if (mode !== "100644" || kind !== "blob" || !PATH.test(path))
      return { unfit: `the branch ${place.branch} holds ${JSON.stringify(path.slice(0, 120))}, which is no file of a history` };
    files.push({ path, object });
  }
  return files;
}

/** Writes files of the branch below `dir`. Their contents are judged by whoever reads the history. */
export async function writeOut(place: BranchPlace, files: readonly BranchFile[], dir: string): Promise<string | undefined> {
  for (const { path, object } of files) {
    const read = await git(place, ["cat-file", "blob", object]);
    if (!read.ok) return `${path} on the branch ${place.branch} cannot be read: ${saidBy(read)}`;
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await saveText(join(dir, path), read.stdout);
  }
  return undefined;
}

/** The base branch's folder: one level, whatever slashes its name has. */
export function folderOf({ base }: BranchPlace): string {
  return encodeURIComponent(base);
}
