import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fetchTip, filesAt, folderOf, writeOut, type BranchFile } from "./fetch.ts";
import { git, saidBy, type BranchPlace } from "./git.ts";

/** Others may push between our fetch and our push; each time we begin again from what they pushed. */
const TRIES = 20;
/** The longest random pause between two tries, milliseconds. */
const PAUSE_MS = 1_000;
const AUTHOR = { NAME: "servegate", EMAIL: "servegate@localhost" };

/**
 * Changes a history on a branch: `change` works on the files of one key in a folder of its own and says what it did; what it left there
 * becomes one commit on top of the newest, pushed without force. Where somebody pushed in between, all of it is done again on top of theirs,
 * so that nothing of theirs is lost. `folder` is the key's.
 */
export async function changeBranch<Done>(
  place: BranchPlace,
  folder: string,
  message: string,
  change: (dir: string) => Promise<Done | { readonly refused: string }>,
): Promise<Done | { readonly refused: string }> {
  let last = "";
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const scratch = await mkdtemp(join(tmpdir(), "servegate-branch-"));
    try {
      const tried = await once(place, folder, message, change, scratch);
      if (!("lost" in tried)) return tried.done;
      last = tried.lost;
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
    await new Promise((resolve) => setTimeout(resolve, Math.random() * PAUSE_MS));
  }
  return { refused: `the branch ${place.branch} could not be pushed in ${TRIES} tries (${last})` };
}

type Tried<Done> = { readonly done: Done | { readonly refused: string } } | { readonly lost: string };

async function once<Done>(
  place: BranchPlace,
  folder: string,
  message: string,
  change: (dir: string) => Promise<Done | { readonly refused: string }>,
  scratch: string,
): Promise<Tried<Done>> {
  const refuse = (refused: string): Tried<Done> => ({ done: { refused } });
  const tip = await fetchTip(place);
  if ("unfit" in tip) return refuse(tip.unfit);
  const there = tip.commit === undefined ? [] : await filesAt(place, tip.commit);
  if ("unfit" in there) return refuse(there.unfit);
  const before = there.filter(({ path }) => path.startsWith(`${folder}/`));
  const dir = join(scratch, "history");
  const unread = await writeOut(place, before, dir);
  if (unread !== undefined) return refuse(unread);

  const done = await change(dir);
  if (typeof done === "object" && done !== null && "refused" in done) return { done };
  const commit = await commitOf(place, tip.commit, { before, dir, folder, message, index: join(scratch, "index") });
  if ("unfit" in commit) return refuse(commit.unfit);
  const pushed = await git(place, ["push", "--porcelain", "--", place.remote, `${commit.commit}:refs/heads/${place.branch}`]);
  if (pushed.ok) return { done };
  const said = `${pushed.stdout}\n${pushed.stderr}`;
  const raced = /non-fast-forward|fetch first|stale info|cannot lock ref|reference already exists|failed to update ref/i.test(said);
  return raced ? { lost: "somebody else pushed first" } : refuse(`the branch ${place.branch} could not be pushed: ${saidBy(pushed)}`);
}

/** One commit with the files of `dir` in place of those that were there; objects are made as they are, past every filter. */
async function commitOf(
  place: BranchPlace,
  parent: string | undefined,
  with_: {
    readonly before: readonly BranchFile[];
    readonly dir: string;
    readonly folder: string;
    readonly message: string;
    readonly index: string;
  },
): Promise<{ readonly commit: string } | { readonly unfit: string }> {
  const env = { GIT_INDEX_FILE: with_.index };
  const failed = (what: string, said: string): { unfit: string } => ({ unfit: `git could not ${what}: ${said}` });
  if (parent !== undefined) {
    const read = await git(place, ["read-tree", parent], env);
    if (!read.ok) return failed("read the branch", saidBy(read));
  }
  const names = (await readdir(join(with_.dir, with_.folder))).filter((name) => name.endsWith(".json"));
  const gone = with_.before.filter(({ path }) => !names.includes(path.slice(with_.folder.length + 1)));
  const paths = (each: string): string => `${folderOf(place)}/${each}`;
  if (gone.length > 0) {
    const removed = await git(place, ["update-index", "--force-remove", "--", ...gone.map(({ path }) => paths(path))], env);
    if (!removed.ok) return failed("drop files", saidBy(removed));
  }
  for (const name of names) {
    const made = await git(place, ["hash-object", "-w", "--no-filters", "--", join(with_.dir, with_.folder, name)]);
    if (!made.ok) return failed("keep a file", saidBy(made));
    const entry = `100644,${made.stdout.trim()},${paths(`${with_.folder}/${name}`)}`;
    const added = await git(place, ["update-index", "--add", "--cacheinfo", entry], env);
    if (!added.ok) return failed("add a file", saidBy(added));
  }
  const tree = await git(place, ["write-tree"], env);
  if (!tree.ok) return failed("write the tree", saidBy(tree));
  const identity = Object.fromEntries(
    ["AUTHOR", "COMMITTER"].flatMap((role) => Object.entries(AUTHOR).map(([part, value]) => [`GIT_${role}_${part}`, value])),
  );
  const parents = parent === undefined ? [] : ["-p", parent];
  const commit = await git(place, ["commit-tree", "--no-gpg-sign", ...parents, "-m", with_.message, tree.stdout.trim()], identity);
  return commit.ok ? { commit: commit.stdout.trim() } : failed("make a commit", saidBy(commit));
}
