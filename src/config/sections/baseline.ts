import type { BaselineConfig } from "../../model/index.ts";
import type { Reader } from "../reader.ts";
import { baseline } from "../shape/index.ts";

const NONE: BaselineConfig = { from: "none" };
const PLACES = ["from", "directory", "history", "rebuild"] as const;
const FORMS =
  "Write `baseline: { from: BRANCH }`, `baseline: { directory: ./FOLDER }`, `baseline: { history: ./FOLDER }` or `baseline: none`.";

/**
 * Where the record to compare with lies. Spellings: `{ from: none | BRANCH }`, `{ directory: PATH }`,
 * `{ history: PATH, window: N }`, `{ rebuild: { base: ARGV, head: ARGV } }`, and a text, which is
 * a path or `none`. A bare word could be a branch or a folder and is refused.
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
  if (taken.window !== undefined && place !== "history")
    reader.object([...path, "window"], "a window belongs to a history", "Write `baseline: { history: ./FOLDER, window: 10 }`.", "key");
  if (taken.directory !== undefined) return { from: "directory", path: taken.directory };
  if (taken.history !== undefined) return { from: "history", path: taken.history, window: taken.window ?? 10 };
  if (taken.rebuild !== undefined) return { from: "rebuild", ...taken.rebuild };
  return fromBranch(reader, taken.from ?? "none");
}

function fromText(reader: Reader, found: string): BaselineConfig {
  if (found === "none") return NONE;
  if (/[/\\.]/.test(found)) return { from: "directory", path: found };
  const hint = found === "" ? FORMS : `Write \`baseline: { from: ${found} }\` for the branch, or \`baseline: ./${found}\` for the folder.`;
  reader.object(["baseline"], found === "" ? "the baseline is empty" : `"${found}" could be a branch or a folder`, hint);
  return NONE;
}

function fromBranch(reader: Reader, branch: string): BaselineConfig {
  if (branch === "none") return NONE;
  // The common part of what git refuses in a ref's name.
  const valid = /^(?![/.-])(?!.*(?:\.\.|\/\/|\/\.|@\{|\.lock$|[/.]$))[^\s~^:?*[\\\p{Cc}]+$/u.test(branch);
  if (valid) return { from: "branch", branch };
  const folder = /^\.{0,2}\//.test(branch);
  reader.object(
    ["baseline", "from"],
    `"${branch}" cannot be the name of a branch`,
    folder ? `For a folder write \`directory: ${branch}\`.` : FORMS,
  );
  return NONE;
}
