import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { appendBranch, gitAccess, promoteBranch, readBaseline, type BaselineRead, type BranchPlace } from "../../src/baseline/index.ts";
import type { RunRecord } from "../../src/model/index.ts";
import { aCell, aRecord, smoke, throughput } from "../fakes/records.ts";

const CLI = resolve(import.meta.dirname, "../../src/cli/main.ts");
const DAY_MS = 86_400_000;

let dir = "";
let place: BranchPlace;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "servegate-branch-test-"));
  git(dir, "init", "--quiet", "--bare", "remote.git");
  place = { ...clone("clone"), remote: "origin", branch: "servegate-baselines", base: "release/1.2" };
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function git(cwd: string, ...args: readonly string[]): string {
  const identity = ["-c", "user.name=somebody", "-c", "user.email=somebody@localhost"];
  return execFileSync("git", [...identity, ...args], { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
}

/** A clone with a commit and something in its index and work tree that must stay as it is. */
function clone(name: string): { repository: string } {
  const repository = join(dir, name);
  git(dir, "clone", "--quiet", join(dir, "remote.git"), name);
  writeFileSync(join(repository, "code.py"), "print(1)\n");
  git(repository, "add", "code.py");
  return { repository };
}

function aRun(n: number, value = 1_000): RunRecord {
  const startedAt = new Date(Date.UTC(2026, 9, n, 3)).toISOString();
  const cell = aCell({ "piecewise-cuda-graph": "on" }, { checks: [smoke(), throughput([value])] });
  return aRecord({ run: { id: `run-${n}`, startedAt, axes: { "piecewise-cuda-graph": ["on"] } }, cells: [cell] });
}

function read(head: RunRecord = aRun(20), over: Partial<{ branch: string; maxAgeMs: number; window: number }> = {}): Promise<BaselineRead> {
  const { branch: store, remote, base: branch } = place;
  return readBaseline({ from: "branch", branch, store, remote, window: 10, ...over }, place.repository, head);
}

/** Puts one file on the branch as somebody with a text editor could. */
function plant(path: string, content: string, mode = "100644"): void {
  const { repository } = clone(`planter-${readdirSync(dir).length}`);
  writeFileSync(join(repository, "planted"), content);
  const object = git(repository, "hash-object", "-w", "planted");
  git(repository, "fetch", "--quiet", "origin", place.branch);
  git(repository, "read-tree", "FETCH_HEAD");
  git(repository, "update-index", "--add", "--cacheinfo", `${mode},${object},${path}`);
  const commit = git(repository, "commit-tree", "-p", "FETCH_HEAD", "-m", "planted", git(repository, "write-tree"));
  git(repository, "push", "--quiet", "origin", `${commit}:refs/heads/${place.branch}`);
}

const onBranch = (): string[] => git(join(dir, "remote.git"), "ls-tree", "-r", "--name-only", place.branch).split("\n");

describe("a history on a branch", () => {
  it("holds the runs that were appended, past and anchor, and leaves the clone as it was", async () => {
    const before = git(place.repository, "status", "--porcelain=v2", "--branch");
    for (const n of [1, 2, 3]) expect(await appendBranch(aRun(n, 1_000 + n), place)).toMatchObject({ entries: n });
    expect(await promoteBranch(aRun(2), place)).toHaveProperty("saved");
    expect(await read()).toMatchObject({ found: { history: { runs: 3 } } });
    expect(onBranch().map((path) => path.replace(/^release%2F1\.2\/[^/]+\//, ""))).toEqual([
      expect.stringMatching(/^20261001T030000Z-run-1\./) as string,
      expect.stringMatching(/^20261002T030000Z-run-2\./) as string,
      expect.stringMatching(/^20261003T030000Z-run-3\./) as string,
      "anchor.json",
      "key.json",
    ]);
    expect(git(join(dir, "remote.git"), "rev-list", "--count", place.branch)).toBe("4");
    expect(git(place.repository, "status", "--porcelain=v2", "--branch")).toBe(before);
    expect(git(place.repository, "for-each-ref", "refs/heads", "refs/tags")).toBe("");
  });

  it("is missing before the first run, and says how it begins", async () => {
    expect(await read()).toEqual({
      missing: 'origin has no branch servegate-baselines yet; "servegate record-baseline --branch release/1.2" begins one',
    });
    await appendBranch(aRun(1), { ...place, base: "main" });
    expect(await read()).toEqual({
      missing:
        'the branch servegate-baselines holds no history of release/1.2 yet; "servegate record-baseline --branch release/1.2" begins one',
    });
  });

  it("takes no run twice and none that did not finish", async () => {
    await appendBranch(aRun(1), place);
    expect(await appendBranch(aRun(1), place)).toMatchObject({ refused: expect.stringContaining("is in the history already") as string });
    expect(await appendBranch({ ...aRun(2), state: "interrupted" }, place)).toHaveProperty("refused");
    expect(git(join(dir, "remote.git"), "rev-list", "--count", place.branch)).toBe("1");
  });

  it("loses nothing when many write at once", async () => {
    const writers = Array.from({ length: 5 }, (_, i) => ({ run: aRun(i + 1), at: { ...place, ...clone(`writer-${i}`) } }));
    const kept = await Promise.all(writers.map(({ run, at }) => appendBranch(run, at)));
    expect(kept.filter((each) => "refused" in each)).toEqual([]);
    expect(await read()).toMatchObject({ found: { history: { runs: 5 } } });
  });

  it("is whole after a writer was killed at any moment", async () => {
    await appendBranch(aRun(1), place);
    writeFileSync(join(dir, "record.json"), JSON.stringify(aRun(2)));
    for (const afterMs of [150, 300, 450, 600, 900]) {
      const args = [CLI, "record-baseline", join(dir, "record.json"), "--branch", place.base];
      const child = spawn(process.execPath, args, { cwd: place.repository, stdio: "ignore", detached: true });
      setTimeout(() => child.pid !== undefined && process.kill(-child.pid, "SIGKILL"), afterMs);
      await once(child, "close");
      expect(await read()).toHaveProperty("found");
    }
    // It is there already where a killed writer had pushed.
    await appendBranch(aRun(2), place);
    expect(await read()).toMatchObject({ found: { history: { runs: 2 } } });
  });
});

describe("a history on a branch that cannot be used", () => {
  const unfit = async (head?: RunRecord): Promise<string> => {
    const found = await read(head);
    expect(found).toHaveProperty("unfit");
    return "unfit" in found ? found.unfit.join("; ") : "";
  };
  const entry = (): string => onBranch().find((path) => path.includes("T03")) ?? "";

  it("names an entry that is torn, altered or of a newer schema", async () => {
    await appendBranch(aRun(1), place);
    plant(entry(), '{"schema":"servegate/hist');
    expect(await unfit()).toMatch(/^servegate-baselines: .*run-1\..*: not whole: it is no JSON$/);
    plant(entry(), '{"schema":"servegate/history@9"}');
    expect(await unfit()).toContain("written in servegate/history@9");
    plant(entry(), '{"schema":"servegate/history@1","sha256":"0","record":{}}');
    expect(await unfit()).toContain("its checksum does not match");
  });

  it.each([
    ["a link", "release%2F1.2/k/key.json", "/etc/passwd", "120000"],
    ["a program", "release%2F1.2/k/key.json", "#!/bin/sh", "100755"],
    ["a stranger's file", "release%2F1.2/k/.gitattributes", "* filter=evil", "100644"],
    ["a nested folder", "release%2F1.2/k/l/key.json", "{}", "100644"],
  ])("refuses %s by its name, for reading and for writing", async (_, path, content, mode) => {
    await appendBranch(aRun(1), place);
    plant(path, content, mode);
    expect(await unfit()).toContain(`holds "${path.slice("release%2F1.2/".length)}", which is no file of a history`);
    expect(await appendBranch(aRun(2), place)).toHaveProperty("refused");
  });

  it("says which part of the key differs", async () => {
    await appendBranch(aRun(1), place);
    const head = aRun(20);
    const other = { ...head, machine: { ...head.machine, gpus: head.machine.gpus.map((gpu) => ({ ...gpu, name: "NVIDIA H100" })) } };
    expect(await unfit(other)).toMatch(/^GPU differs: .* in the history, .*NVIDIA H100 here$/);
  });

  it("is too old past its age, by the day of the run", async () => {
    await appendBranch(aRun(1), place);
    expect(await read(aRun(15), { maxAgeMs: 14 * DAY_MS })).toHaveProperty("found");
    expect(await read(aRun(16), { maxAgeMs: 14 * DAY_MS })).toEqual({
      unfit: [
        "the newest run of the baseline is of 2026-10-01, 15 days before this one, and max-age is 14 days: measure the base branch again, or allow more",
      ],
    });
  });

  it("says that the remote cannot be had", async () => {
    place = { ...place, remote: join(dir, "gone.git") };
    expect(await unfit()).toContain("cannot be read: fatal:");
    expect(await appendBranch(aRun(1), place)).toHaveProperty("refused");
  });
});

describe("record-baseline --branch", () => {
  const keep = (env: Record<string, string>): { code: number; said: string } => {
    writeFileSync(join(dir, "record.json"), JSON.stringify(aRun(1)));
    try {
      execFileSync(process.execPath, [CLI, "record-baseline", join(dir, "record.json"), "--branch", "main"], {
        cwd: place.repository,
        env: { ...process.env, GITHUB_ACTIONS: "true", ...env },
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
      });
      return { code: 0, said: "" };
    } catch (error) {
      const { status, stderr } = error as { status: number; stderr: string };
      return { code: status, said: stderr };
    }
  };

  it("is refused in a job of a pull request, and taken in one of the branch", () => {
    const pull = keep({ GITHUB_EVENT_NAME: "pull_request", GITHUB_REF: "refs/pull/7/merge" });
    expect(pull).toMatchObject({ code: 2, said: expect.stringContaining("runs for refs/pull/7/merge on pull_request") as string });
    expect(keep({ GITHUB_EVENT_NAME: "push", GITHUB_REF: "refs/heads/other" }).code).toBe(2);
    expect(keep({ GITHUB_EVENT_NAME: "push", GITHUB_REF: "refs/heads/main" }).code).toBe(0);
    expect(statSync(join(dir, "remote.git", "refs/heads/servegate-baselines")).isFile()).toBe(true);
  });
});

describe("git's access in a job", () => {
  it("is the job's token for that server alone, and nothing without one", () => {
    expect(gitAccess("")).toEqual({});
    expect(gitAccess("t0ken", "https://github.example/")).toEqual({
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: "http.https://github.example/.extraheader",
      GIT_CONFIG_VALUE_0: `AUTHORIZATION: basic ${Buffer.from("x-access-token:t0ken").toString("base64")}`,
    });
  });
});
