import type { BaselineConfig } from "../../model/index.ts";
import type { Reader } from "../reader.ts";
import { milliseconds } from "../leaves.ts";
import { baseline } from "../shape/index.ts";

/** The branch that holds histories where none is named. */
const STORE = "servegate-baselines";
/** 30 days: a base branch that nobody measured for so long has moved on. */
const MAX_AGE = { maxAgeMs: 30 * 86_400_000 };
const NONE: BaselineConfig = { from: "none" };
const PLACES = ["from", "directory", "history", "rebuild"] as const;
const FORMS =
  "Write `baseline: { from: BRANCH }`, `baseline: { directory: ./FOLDER }`, `baseline: { history: ./FOLDER }` or `baseline: none`.";

/**
 * Where the record to compare with lies. Spellings: `{ from: none }`, `{ from: BRANCH, store: BRANCH, remote: NAME, window: N }`,
 * `{ directory: PATH }`, `{ history: PATH, window: N }`, `{ rebuild: { base: ARGV, head: ARGV } }`, and a text, which is
 * a path or `none`. A bare word could be a branch or a folder and is refused. All but the last two take `max-age`.
 */
export function readBaseline(reader: Reader): BaselineConfig {
  const path = ["baseline"];
  const found = reader.value(path);
  if (found === undefined) return NONE;
  if (typeof found === "string") return fromText(reader, found);
  const taken = reader.take(baseline, path);
  if (taken === undefined) return NONE;
  const given = PLACES.filter((place) => taken[place] !== undefined);
  const [place] = given;
  if (place === undefined || given.length > 1) {
    reader.object(
      path,
      place === undefined
        ? `the baseline says none of ${PLACES.map((each) => `\`${each}\``).join(", ")}`
        : `the baseline says more than one of ${given.map((each) => `\`${each}\``).join(" and ")}`,
      FORMS,
    );
    return NONE;
  }
  if (taken.window !== undefined && place !== "history" && place !== "from")
    reader.object([...path, "window"], "a window belongs to a history", "Write `baseline: { history: ./FOLDER, window: 10 }`.", "key");
  for (const key of ["store", "remote"] as const)
    if (taken[key] !== undefined && place !== "from")
      reader.object([...path, key], `\`${key}\` belongs to a history on a branch`, "Write `baseline: { from: main }` with it.", "key");
  if (taken["max-age"] !== undefined && place === "rebuild")
    reader.object([...path, "max-age"], "a base that is launched by the run has no age", "Remove the key.", "key");
  const age = taken["max-age"] === undefined ? {} : { maxAgeMs: milliseconds(taken["max-age"]) };
  const history = { window: taken.window ?? 10, ...MAX_AGE, ...age };
  if (taken.directory !== undefined) return { from: "directory", path: taken.directory, ...age };
  if (taken.history !== undefined) return { from: "history", path: taken.history, ...history };
  if (taken.rebuild !== undefined) return { from: "rebuild", ...taken.rebuild };
  if (taken.from === undefined || taken.from === "none") return NONE;
  const store = taken.store ?? STORE;
  const remote = taken.remote ?? "origin";
  // `ext::COMMAND` would be run, and what begins with a dash is an option.
  const named = /^[\w./:@~+][^\s\p{Cc}]*$/u.test(remote) && !remote.includes("::");
  if (!named) reader.object([...path, "remote"], `"${remote}" is no name or URL of a remote`, "Write `remote: origin`.");
  if (!named || !branchName(reader, "from", taken.from) || !branchName(reader, "store", store)) return NONE;
  return { from: "branch", branch: taken.from, store, remote, ...history };
}

function fromText(reader: Reader, found: string): BaselineConfig {
  if (found === "none") return NONE;
  if (/[/\\.]/.test(found)) return { from: "directory", path: found };
  const hint = found === "" ? FORMS : `Write \`baseline: { from: ${found} }\` for the branch, or \`baseline: ./${found}\` for the folder.`;
  reader.object(["baseline"], found === "" ? "the baseline is empty" : `"${found}" could be a branch or a folder`, hint);
  return NONE;
}

function branchName(reader: Reader, key: "from" | "store", branch: string): boolean {
  // The common part of what git refuses in a ref's name.
  const valid = /^(?![/.-])(?!.*(?:\.\.|\/\/|\/\.|@\{|\.lock$|[/.]$))[^\s~^:?*[\\\p{Cc}]+$/u.test(branch);
  if (valid) return true;
  const folder = /^\.{0,2}\//.test(branch);
  reader.object(
    ["baseline", key],
    `"${branch}" cannot be the name of a branch`,
    folder ? `For a folder write \`directory: ${branch}\`.` : FORMS,
  );
  return false;
}
