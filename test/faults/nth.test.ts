import { execFile } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { marker, placeOf, publisher, type Publication } from "../../src/github/index.ts";
import { FakeGitHub, type Trouble } from "../fakes/github.ts";

const PROGRAM = resolve(import.meta.dirname, "../bin/nth-io.ts");

describe("the N-th operation fails, for every N", () => {
  it.each([
    ["record", 100],
    ["ledger", 10],
  ])("while the %s is written: nothing acknowledged is lost, nothing is left behind", { timeout: 60_000 }, async (what, least) => {
    const dir = mkdtempSync(join(tmpdir(), "servegate-nth-"));
    const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, what, dir]);
    const told = JSON.parse(stdout) as { readonly tried: number; readonly wrong: readonly string[] };
    expect(told.wrong).toEqual([]);
    expect(told.tried).toBeGreaterThan(least);
  });

  const TROUBLES: readonly (readonly [string, Trouble])[] = [
    ["500", { status: 500 }],
    ["502 after the write", { status: 502, done: true }],
    ["403", { status: 403 }],
    ["404", { status: 404 }],
    ["422", { status: 422 }],
    ["429", { status: 429, headers: { "retry-after": "1" } }],
    ["a connection that breaks before", "drop-before"],
    ["a connection that breaks after", "drop-after"],
  ];

  it.concurrent.for(TROUBLES)("while the comment is written, with %s: never two, and one in the end", async ([, trouble]) => {
    let tried = 0;
    for (let nth = 1, struck = true; struck; nth++) {
      const github = await FakeGitHub.start();
      github.pulls.push({ number: 7, head: "acme:feature", sha: "c".repeat(40) });
      let count = 0;
      github.trouble = () => (++count === nth ? trouble : undefined);
      const ours = (): number => github.comments.filter(({ body }) => body.startsWith(marker("Servegate"))).length;
      // The first creates, the second updates.
      for (const text of ["first", "second"]) {
        await publish(github, text);
        expect(ours(), `${nth}, ${text}`).toBeLessThanOrEqual(1);
      }
      struck = count >= nth;
      github.trouble = () => undefined;
      await publish(github, "third");
      expect(ours(), `${nth}, third`).toBe(1);
      expect(github.comments.at(-1)?.body, `${nth}: ${github.requests.join("\n")}`).toContain("third");
      expect(github.checks.at(-1)?.history.at(-1)?.["status"]).toBe("completed");
      expect(github.violations).toEqual([]);
      await github.stop();
      tried = nth - 1;
    }
    expect(tried).toBeGreaterThanOrEqual(8);
  });
});

async function publish(github: FakeGitHub, comment: string): Promise<void> {
  const place = placeOf({ GITHUB_REPOSITORY: "acme/engine", GITHUB_API_URL: github.url, GITHUB_SHA: "c".repeat(40) });
  if (place === undefined) throw new Error("the environment names a repository");
  const to = publisher(
    "token",
    { ...place, pullRequest: 7, externalId: `77:${comment}:gate` },
    { name: "Servegate", key: "Servegate", comment: "sticky", warn: () => undefined, api: { pace: 0.02 } },
  );
  const said: Publication = {
    conclusion: "success",
    title: "The one cell passes",
    next: "Nothing to do.",
    comment,
    facts: { class: "pass" },
    annotations: [],
    completedAt: "2026-11-22T10:30:00Z",
  };
  await to.finish(await to.start("2026-11-22T10:00:00Z"), said);
}
