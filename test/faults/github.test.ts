import { describe, expect } from "vitest";
import type { Trouble } from "../fakes/github.ts";
import { cases, type Case } from "./case.ts";

/** Health, so that what the verdict says can only come from GitHub's trouble. */
const HEALTHY = { accuracy: "[{ dataset: arithmetic, questions: 2 }]", throughput: "" };
const COMMENT = /^(?:POST|PATCH) \S+\/comments/;
const WRITES = /^(?:POST|PATCH) \/repos/;

/** GitHub answers the requests of a kind like this, the first so many times. */
function trouble(id: string, title: string, of: RegExp, times: number, how: Trouble, more: Partial<Case> = {}): Case {
  return {
    id,
    title,
    config: HEALTHY,
    // Whatever GitHub does, the verdict stands.
    want: { class: "pass", exitCode: 0 },
    before({ github }) {
      let left = times;
      github.trouble = (_, route) => (of.test(route) && left-- > 0 ? how : undefined);
    },
    ...more,
  };
}

const unwritten: Pick<Case, "exempt" | "after"> = {
  exempt: { comments: 0 },
  after: ({ warnings }) => expect(warnings.join("\n")).toMatch(/The verdict is not affected/),
};

describe("GitHub in trouble", () => {
  cases([
    trouble("#54", "403 for every write", WRITES, Infinity, { status: 403 }, unwritten),
    trouble("#55", "429 with a time to wait", COMMENT, 2, { status: 429, headers: { "retry-after": "2" } }),
    trouble("#56", "a secondary limit without a word of how long", COMMENT, 1, { status: 403, headers: { "x-ratelimit-remaining": "0" } }),
    trouble("#57", "500 for a while", COMMENT, 2, { status: 500 }),
    trouble("#57", "503 for ever", COMMENT, Infinity, { status: 503 }, unwritten),
    trouble("#58", "502 after the comment was written", COMMENT, 1, { status: 502, done: true }),
    trouble("#58", "a connection that breaks after the comment was written", COMMENT, 1, "drop-after"),
    trouble("#59", "422, the comment is refused", COMMENT, Infinity, { status: 422 }, unwritten),
    trouble("#60", "a fork's token, which may read only", WRITES, Infinity, { status: 403 }, unwritten),
    {
      ...trouble("#61", "the comment is deleted between reading and writing", COMMENT, 0, "drop-before"),
      before({ github }) {
        const old = `<!-- servegate:v1:Servegate -->\n<!-- servegate-facts {"schema":"servegate/comment@1","headSha":"${"a".repeat(40)}"} -->\nold`;
        github.addComment(old, "github-actions[bot]");
        github.trouble = (_, route) => {
          if (/^PATCH \S+\/comments/.test(route)) github.comments.length = 0;
          return undefined;
        };
      },
      exempt: { comments: 1 },
    },
  ]);
});
