import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { factsOf, marker, publisher, type Annotation, type Place, type Publication } from "../../src/github/index.ts";
import { FakeGitHub, type Trouble } from "../fakes/github.ts";

let github: FakeGitHub;
const warnings: string[] = [];

beforeEach(async () => {
  github = await FakeGitHub.start();
  github.pulls.push({ number: 7, head: "acme:feature", sha: "b".repeat(40) });
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
    externalId: "77:1:gate",
    ...over,
  };
}

function ours(
  over: { place?: Partial<Place>; token?: string; key?: string; mode?: "sticky" | "new" | "off" } = {},
): ReturnType<typeof publisher> {
  return publisher(over.token ?? "token", place(over.place), {
    name: "Servegate",
    key: over.key ?? "Servegate",
    comment: over.mode ?? "sticky",
    warn: (message) => warnings.push(message),
    api: { pace: 0.005, budgetMs: 60_000 },
  });
}

const FACTS = `<!-- servegate-facts ${JSON.stringify({ class: "regression", schema: "servegate/comment@1", headSha: "b".repeat(40) })} -->`;

const LINKS = "<sub>[logs and artifacts](https://github.example/acme/engine/actions/runs/77)</sub>";

/** A whole comment body of the gate "Servegate" on the current head. */
function body(text: string): string {
  return `${marker("Servegate")}\n${FACTS}\n${text}\n\n${LINKS}`;
}

function publication(comment: string): Publication {
  return {
    conclusion: "failure",
    title: "1 regression of 8 cells",
    next: "Look at the cell.",
    comment,
    facts: { class: "regression" },
    annotations: [],
    completedAt: "2026-11-21T10:30:00Z",
  };
}

async function publish(comment: string, over?: Parameters<typeof ours>[0]): Promise<string | undefined> {
  const to = ours(over);
  const checkRun = await to.start("2026-11-21T10:00:00Z");
  return (await to.finish(checkRun, publication(comment))).page;
}

describe("publishing to a pull request", () => {
  it("writes one comment and keeps updating it", async () => {
    const first = await publish("first");
    const second = await publish("second");
    expect(second).toBe(first);
    expect(github.comments.map((comment) => comment.body)).toEqual([body("second")]);
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
      ["github-actions[bot]", body("report")],
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
    await publish(`evil <!-- servegate:v1:other --> <!-- servegate-facts {"headSha":"0"} --> log`);
    expect(github.comments[0]?.body.match(/<!-- servegate/g)).toHaveLength(2);
    expect(factsOf(github.comments[0]?.body ?? "")?.headSha).toBe("b".repeat(40));
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
    ["a 502 after the comment was written", { status: 502, done: true }],
    ["a secondary rate limit without a pause", { status: 403, headers: { "x-ratelimit-remaining": "0" } }],
    ["a secondary rate limit", { status: 403, headers: { "retry-after": "1" } }],
    ["a primary rate limit", { status: 429, headers: { "x-ratelimit-remaining": "0" } }],
    ["a connection lost before the request was read", "drop-before"],
    ["an answer lost after the comment was written", "drop-after"],
  ])("leaves exactly one comment after %s", async (_name, trouble) => {
    github.trouble = once(/^POST .*comments$/, trouble);
    await publish("report");
    await publish("report again");
    expect(github.comments.map((comment) => comment.body)).toEqual([body("report again")]);
  });

  it("opens one check although the answer to its creation was lost", async () => {
    github.trouble = once(/^POST .*check-runs$/, "drop-after");
    await publish("report");
    expect(github.checks.map((check) => check.history.length)).toEqual([2]);
  });

  it("waits until the limit is reset where GitHub says when that is", async () => {
    const reset = String(Math.floor(Date.now() / 1000) + 20);
    github.trouble = once(/^POST .*comments$/, { status: 429, headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset } });
    const before = performance.now();
    await publish("report");
    // 20 s at the test's pace of 1:200.
    expect(performance.now() - before).toBeGreaterThan(80);
    expect(github.comments).toHaveLength(1);
  });

  it("gives up on a server that never answers", async () => {
    github.trouble = () => "hang";
    expect(await publish("report")).toBeUndefined();
    expect(warnings[0]).toContain("no answer");
  });

  it("stops waiting when the job is cancelled", async () => {
    github.trouble = () => ({ status: 503 });
    const before = performance.now();
    const to = publisher("token", place(), { name: "Servegate", key: "Servegate", comment: "sticky", warn: () => undefined });
    expect(await to.start("2026-11-21T10:00:00Z", AbortSignal.timeout(300))).toBeUndefined();
    expect(performance.now() - before).toBeLessThan(5_000);
  });

  it("gives up within its time and says that the verdict stands", async () => {
    github.trouble = () => ({ status: 503 });
    expect(await publish("report")).toBeUndefined();
    expect(warnings.every((warning) => warning.includes("The verdict is not affected."))).toBe(true);
    expect(warnings.length).toBeGreaterThan(0);
  });
});

describe("more than one head commit", () => {
  const [older, newer] = ["a".repeat(40), "b".repeat(40)];

  it("says so when the report is on a commit that is no longer the head", async () => {
    await publish("report", { place: { headSha: older } });
    expect(github.comments[0]?.body).toContain("**Superseded**: this is the report on aaaaaaa; the pull request is now at bbbbbbb.");
  });

  it("does not let a late run on an old commit replace the report on the head", async () => {
    await publish("newest", { place: { headSha: newer } });
    await publish("late", { place: { headSha: older } });
    expect(github.comments.map((comment) => comment.body)).toEqual([body("newest")]);
  });

  it("writes a comment per head in mode new, and marks the older ones once", async () => {
    const pull = github.pulls[0];
    if (pull !== undefined) pull.sha = older;
    await publish("first", { mode: "new", place: { headSha: older } });
    if (pull !== undefined) pull.sha = newer;
    await publish("second", { mode: "new", place: { headSha: newer } });
    await publish("second again", { mode: "new", place: { headSha: newer } });
    expect(github.comments.map((comment) => comment.body.match(/Superseded/g)?.length ?? 0)).toEqual([1, 0]);
    expect(github.comments[0]?.body).toContain("first");
    expect(github.comments[1]?.body).toBe(body("second again"));
  });

  it("writes nothing in mode off, and still completes the check", async () => {
    await publish("report", { mode: "off" });
    expect(github.comments).toEqual([]);
    expect(github.checks[0]?.history.at(-1)).toMatchObject({ status: "completed" });
  });
});

describe("sizes", () => {
  it.each([65_535, 65_536, 65_537])(
    "takes a text of %d UTF-16 units full of astral characters and stays below GitHub's limit",
    async (length) => {
      await publish(`${"x".repeat(length % 2)}${"🧪".repeat(Math.floor(length / 2))}`);
      const [comment] = github.comments;
      expect(comment?.body.length).toBeLessThanOrEqual(65_536);
      expect(comment?.body.isWellFormed()).toBe(true);
      const output = github.checks[0]?.history.at(-1)?.["output"] as { text: string };
      expect(output.text.length).toBeLessThanOrEqual(65_535);
      expect(output.text.isWellFormed()).toBe(true);
    },
  );

  it("sends annotations fifty at a time", async () => {
    const to = ours();
    const annotations = Array.from({ length: 120 }, (_, i): Annotation => ({
      path: ".github/servegate.yml",
      line: 1,
      level: "failure",
      title: `cell ${i}`,
      message: "broken",
    }));
    const id = await to.start("2026-11-21T10:00:00Z");
    await to.finish(id, { ...publication("report"), annotations });
    const sent = github.checks[0]?.history.map(
      (one) => (one["output"] as { annotations?: unknown[] } | undefined)?.annotations?.length ?? 0,
    );
    expect(sent).toEqual([0, 50, 50, 20]);
  });
});

describe("a trusted publisher started by workflow_run", () => {
  const measured = { event: "pull_request", owner: "mallory", branch: "patch-1", url: "https://github.example/run/1" };
  const trusted = { fork: true, event: "workflow_run", headSha: "e".repeat(40), measured };

  async function publishAs(over: Partial<Place>): Promise<void> {
    const { pullRequest: _claimed, ...rest } = place({ ...trusted, ...over });
    const to = publisher("token", rest, {
      name: "Servegate",
      key: "Servegate",
      comment: "sticky",
      warn: (message) => warnings.push(message),
    });
    await to.finish(await to.start("2026-11-21T10:00:00Z"), publication("report"));
  }

  it("finds the fork's pull request by its head and the commit that GitHub names", async () => {
    github.pulls.push({ number: 9, head: "mallory:patch-1", sha: "e".repeat(40) });
    await publishAs({});
    expect(github.comments).toHaveLength(1);
    expect(github.comments[0]?.body).toContain(
      "[the run that measured](https://github.example/run/1) · [the run that judged](https://github.example/",
    );
    expect(github.requests.filter((route) => route.includes("/issues/9/comments"))).not.toEqual([]);
    expect(github.checks[0]?.history[0]).toMatchObject({ head_sha: "e".repeat(40) });
  });

  it("comments nowhere when the head has moved on or the pull request is closed", async () => {
    github.pulls.push({ number: 9, head: "mallory:patch-1", sha: "f".repeat(40) });
    await publishAs({});
    expect(github.comments).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining("No open pull request")]);
  });

  it("finds the commit's own pull request when the branch name makes GitHub ignore the filter", async () => {
    github.pulls.push({ number: 9, head: "mallory:patch-1", sha: "e".repeat(40) });
    await publishAs({ measured: { ...measured, owner: "", branch: "" } });
    expect(github.requests.filter((route) => route.includes("/issues/7/"))).toEqual([]);
  });
});
