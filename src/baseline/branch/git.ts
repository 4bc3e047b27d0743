import { ask, type Asked } from "../../shell/index.ts";

/** Where a branch of histories is kept. */
export interface BranchPlace {
  /** A folder within the clone. */
  readonly repository: string;
  /** Name or URL of the remote, such as `origin`. */
  readonly remote: string;
  /** The branch that holds histories and nothing else. */
  readonly branch: string;
  /** The branch whose runs these are; a folder at the root of the other. */
  readonly base: string;
  /** Variables for git alone, such as those that carry a token. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The largest answer that is read: one entry of a history. */
const MAX_BYTES = 64 * 1024 * 1024;
const TIMEOUT_MS = 120_000;

/**
 * One git command in the clone. Plumbing alone is used, so no hook, filter, editor, pager or signature of the clone has a say, and neither its
 * work tree nor its index is touched. Credentials are those that the clone is set up with; nobody is asked for any.
 */
export function git(
  { repository, env: access = {} }: BranchPlace,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Asked> {
  return ask(["git", "-C", repository, "-c", "core.hooksPath=/dev/null", "-c", "gc.auto=0", "-c", "protocol.ext.allow=never", ...args], {
    timeoutMs: TIMEOUT_MS,
    maxBytes: MAX_BYTES,
    env: { ...process.env, GIT_TERMINAL_PROMPT: "0", GIT_OPTIONAL_LOCKS: "0", LC_ALL: "C", ...access, ...env },
  });
}

/** What git said of a failure, in one line. */
export function saidBy(asked: Asked): string {
  if (asked.missing) return "git is not installed";
  if (asked.timedOut) return `git did not end within ${TIMEOUT_MS / 1000} s`;
  const line = asked.stderr.split("\n").find((each) => /^(fatal|error|!|\s*! )/.test(each));
  return (line ?? "git failed without a word").trim().slice(0, 300);
}
