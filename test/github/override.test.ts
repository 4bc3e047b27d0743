import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { publisher, type Publisher } from "../../src/github/index.ts";
import { FakeGitHub } from "../fakes/github.ts";

const HEAD = "b".repeat(40);
let github: FakeGitHub;
const warnings: string[] = [];

beforeEach(async () => {
  github = await FakeGitHub.start();
  github.pulls.push({ number: 7, head: "acme:feature", sha: HEAD });
  github.permissions.set("alice", "write").set("root", "admin").set("reader", "read");
  warnings.length = 0;
});

afterEach(async () => {
  expect(github.violations).toEqual([]);
  await github.stop();
});

function ours(token = "token"): Publisher {
  const place = {
    apiUrl: github.url,
    owner: "acme",
    repo: "engine",
    headSha: HEAD,
    pullRequest: 7,
    fork: false,
    event: "pull_request",
    runUrl: "",
    externalId: "",
  };
  const options = { name: "Servegate", key: "Servegate", comment: "sticky", warn: (text: string) => warnings.push(text) } as const;
  return publisher(token, place, { ...options, api: { pace: 0.005, budgetMs: 60_000 } });
}

describe("overrides on a pull request", () => {
  it("are comments that begin with the command, with commit, rows and reason", async () => {
    github.addComment("what about /servegate override bbbbbbb x because no", "alice");
    github.addComment(
      `/servegate override ${HEAD.toUpperCase()} sglang/a=1,b=2 sglang/a=2:ttft_p50 because known, and because #12 says so\n\nmore text`,
      "alice",
    );
    github.addComment(`/servegate override ${HEAD} sglang/a=1 because urgent`, "root");
    const found = await ours().overrides();
    expect(
      found.map(({ by, headSha, rows, reason, refused }) => ({ by, headSha, rows, reason, ...(refused === undefined ? {} : { refused }) })),
    ).toEqual([
      { by: "alice", headSha: HEAD, rows: ["sglang/a=1,b=2", "sglang/a=2:ttft_p50"], reason: "known, and because #12 says so" },
      { by: "root", headSha: HEAD, rows: ["sglang/a=1"], reason: "urgent" },
    ]);
  });

  it("are refused to everyone whom GitHub does not let write, whatever the comment claims", async () => {
    github.permissions.set("github-actions[bot]", "write");
    for (const login of ["reader", "stranger", "github-actions[bot]"]) github.addComment(`/servegate override ${HEAD} x because y`, login);
    const found = await ours().overrides();
    expect(found.map((each) => each.refused)).toEqual([
      "@reader has no write permission",
      "@stranger has no write permission",
      "a bot accepts nothing",
    ]);
  });

  it.each([
    [`/servegate override ${HEAD} x`, "it gives no reason"],
    [`/servegate override ${HEAD} x because   `, "it gives no reason"],
    [`/servegate override ${HEAD} because y`, "it names no row"],
    ["/servegate override bbbbbbb x because y", "it names a shortened commit; write all its digits"],
    ["/servegate override bbb x because y", "it names no commit"],
    ["/servegate override x because y", "it names no commit"],
    ["/servegate override", "it names no commit"],
  ])("are refused where they are not whole: %s", async (text, refused) => {
    github.addComment(text, "alice");
    expect(await ours().overrides()).toMatchObject([{ refused }]);
  });

  it("are refused once somebody has edited them", async () => {
    github.addComment(`/servegate override ${HEAD} x because y`, "alice", true);
    expect(await ours().overrides()).toMatchObject([{ refused: "it was edited after it was written; write a new comment" }]);
  });

  it("are found beyond the first page, with one question for each author", async () => {
    for (let i = 0; i < 150; i++) github.addComment("hello", "reader");
    for (let i = 0; i < 3; i++) github.addComment(`/servegate override ${HEAD} x because y`, "alice");
    expect(await ours().overrides()).toHaveLength(3);
    expect(github.requests.filter((route) => route.includes("/collaborators/"))).toHaveLength(1);
  });

  it("are none, with a warning, where GitHub does not answer; and none without a token", async () => {
    github.addComment(`/servegate override ${HEAD} x because y`, "alice");
    github.trouble = (_request, route) => (route.includes("/collaborators/") ? { status: 403 } : undefined);
    expect(await ours().overrides()).toEqual([]);
    expect(warnings.join()).toContain("read the overrides (403)");
    expect(await ours("").overrides()).toEqual([]);
  });
});
