import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { marker, publisher, type Place, type Publication } from "../../src/github/index.ts";
import { FakeGitHub, type Trouble } from "../fakes/github.ts";

let github: FakeGitHub;
const warnings: string[] = [];

beforeEach(async () => {
  github = await FakeGitHub.start();
  warnings.length = 0;
});

afterEach(async () => {
  expect(github.violations).toEqual([]);
  await github.stop();
});

function place(over: Partial<Place> = {}): Place {
  return {
    apiUrl: github.url,
    owner: "acme",
    repo: "engine",
    headSha: "b".repeat(40),
    pullRequest: 7,
    fork: false,
    event: "pull_request",
    runUrl: "https://github.example/acme/engine/actions/runs/77",
    ...over,
  };
}

function ours(over: { place?: Partial<Place>; token?: string; key?: string } = {}): ReturnType<typeof publisher> {
  return publisher(over.token ?? "token", place(over.place), {
    name: "Servegate",
    key: over.key ?? "Servegate",
    comment: true,
    warn: (message) => warnings.push(message),
    api: { pace: 0.005, budgetMs: 60_000 },
  });
}

function publication(comment: string): Publication {
  return {
    conclusion: "failure",
    title: "1 regression of 8 cells",
    next: "Look at the cell.",
    comment,
    completedAt: "2026-11-21T10:30:00Z",
  };
}

async function publish(comment: string, over?: Parameters<typeof ours>[0]): Promise<string | undefined> {
  const to = ours(over);
  const checkRun = await to.start("2026-11-21T10:00:00Z");
  return to.finish(checkRun, publication(comment));
}

describe("publishing to a pull request", () => {
  it("writes one comment and keeps updating it", async () => {
    const first = await publish("first");
    const second = await publish("second");
    expect(second).toBe(first);
    expect(github.comments.map((comment) => comment.body)).toEqual([`${marker("Servegate")}\nsecond`]);
  });

  it("keeps one comment per gate, told apart by its name", async () => {
    await publish("throughput", { key: "throughput" });
    await publish("accuracy", { key: "accuracy" });
    expect(github.comments).toHaveLength(2);
  });

  it("leaves a stranger's comment alone that carries our marker", async () => {
    github.addComment(`${marker("Servegate")}\nI am the report, honestly`, "mallory");
    await publish("report");
    expect(github.comments.map((comment) => [comment.login, comment.body])).toEqual([
      ["mallory", `${marker("Servegate")}\nI am the report, honestly`],
      ["github-actions[bot]", `${marker("Servegate")}\nreport`],
    ]);
  });

  it("finds its comment behind hundreds of others", async () => {
    for (let i = 0; i < 150; i++) github.addComment(`chatter ${i}`, "someone");
    await publish("first");
    for (let i = 0; i < 150; i++) github.addComment(`more chatter ${i}`, "someone");
    await publish("second");
    expect(github.comments.filter((comment) => comment.body.startsWith(marker("Servegate")))).toHaveLength(1);
  });

  it("cuts markers out of the text, so that a log cannot forge one", async () => {
    await publish("evil <!-- servegate:v1:other --> log");
    expect(github.comments[0]?.body.match(/servegate:v1/g)).toHaveLength(1);
  });

  it("opens the check in progress on the head commit and always completes it", async () => {
    await publish("report");
    expect(github.checks.map((check) => check.history)).toMatchObject([
      [
        { name: "Servegate", head_sha: "b".repeat(40), status: "in_progress" },
        { status: "completed", conclusion: "failure", output: { title: "1 regression of 8 cells" } },
      ],
    ]);
  });

  it("says how to set up a trusted publisher when a fork's token may not write, and fails nothing", async () => {
    github.trouble = (_n, route) => (route.startsWith("POST /repos") ? { status: 403 } : undefined);
    expect(await publish("report", { place: { fork: true } })).toBeUndefined();
    expect(warnings).toHaveLength(2);
    expect(warnings[0]).toContain("mode: report");
  });

  it("names the missing permission on a branch of the same repository", async () => {
    github.trouble = (_n, route) => (route.startsWith("POST /repos") ? { status: 403 } : undefined);
    await publish("report");
    expect(warnings[1]).toContain("pull-requests: write");
  });

  it("says that nothing is published without a token", async () => {
    await publish("report", { token: "" });
    expect(warnings).toEqual(["No github-token was given: no comment and no check run, only the job summary."]);
    expect(github.requests).toEqual([]);
  });
});

describe("GitHub in trouble", () => {
  const once = (route: RegExp, trouble: Trouble): ((n: number, seen: string) => Trouble | undefined) => {
    let left = 1;
    return (_n, seen) => (route.test(seen) && left-- > 0 ? trouble : undefined);
  };

  it.each<[string, Trouble]>([
    ["a 502", { status: 502 }],
    ["a secondary rate limit", { status: 403, headers: { "retry-after": "1" } }],
    ["a primary rate limit", { status: 429, headers: { "x-ratelimit-remaining": "0" } }],
    ["a connection lost before the request was read", "drop-before"],
    ["an answer lost after the comment was written", "drop-after"],
  ])("leaves exactly one comment after %s", async (_name, trouble) => {
    github.trouble = once(/^POST .*comments$/, trouble);
    await publish("report");
    await publish("report again");
    expect(github.comments.map((comment) => comment.body)).toEqual([`${marker("Servegate")}\nreport again`]);
  });

  it("gives up within its time and says that the verdict stands", async () => {
    github.trouble = () => ({ status: 503 });
    expect(await publish("report")).toBeUndefined();
    expect(warnings.every((warning) => warning.includes("The verdict is not affected."))).toBe(true);
    expect(warnings.length).toBeGreaterThan(0);
  });
});
