import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const WORKFLOWS = resolve(import.meta.dirname, "../../workflows");

/** What act does not know yet; it ignores concurrency altogether and has no cache of ours to protect. */
const UNKNOWN_TO_ACT = /^(?:\s+queue: max|cache-mode: none)\b.*\n/gm;

/** A git repository with the shipped workflows on its main branch, as a user would have copied them. */
export class Repository {
  readonly folder: string;
  readonly #work: string;

  constructor(folder: string, config: string) {
    this.folder = join(folder, "origin");
    this.#work = join(folder, "work");
    mkdirSync(join(this.#work, ".github/workflows"), { recursive: true });
    for (const name of readdirSync(WORKFLOWS).filter((one) => one.endsWith(".yml"))) {
      const text = readFileSync(join(WORKFLOWS, name), "utf8").replaceAll(UNKNOWN_TO_ACT, "");
      writeFileSync(join(this.#work, ".github/workflows", name), text);
    }
    this.#git(["init", "--quiet", "--initial-branch", "main"]);
    this.#git(["remote", "add", "origin", "https://github.com/acme/engine.git"]);
    this.main = this.commit("main", { ".github/servegate.yml": config });
  }

  /** Commit of the main branch. */
  readonly main: string;

  /** A commit on a branch made from main, with these files written; resolves to its id. */
  commit(branch: string, files: Readonly<Record<string, string>>): string {
    if (branch !== "main") this.#git(["checkout", "--quiet", "-B", branch, "main"]);
    for (const [path, text] of Object.entries(files)) writeFileSync(join(this.#work, path), text);
    this.#git(["add", "--all"]);
    this.#git(["-c", "user.name=Ada", "-c", "user.email=ada@acme.example", "commit", "--quiet", "--message", `Work on ${branch}`]);
    const id = this.#git(["rev-parse", "HEAD"]).trim();
    this.#git(["checkout", "--quiet", "main"]);
    return id;
  }

  /** A checkout of main, which act takes the workflow from. Commits of every branch can be fetched from it by id. */
  checkout(): string {
    cpSync(this.#work, this.folder, { recursive: true });
    execFileSync("git", ["-C", this.folder, "config", "uploadpack.allowAnySHA1InWant", "true"]);
    return this.folder;
  }

  #git(args: readonly string[]): string {
    return execFileSync("git", ["-C", this.#work, ...args], { encoding: "utf8" });
  }
}
