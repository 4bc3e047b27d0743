import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { redact, redactArgv, redactEnv, serverEnvironment } from "../../src/shell/index.ts";
import { lineCutter } from "../../src/shell/lines.ts";
import { parseStat } from "../../src/shell/processes.ts";
import { redactor } from "../../src/shell/redact.ts";

function cut(chunks: readonly Buffer[], cap?: number): string[] {
  const lines: string[] = [];
  const cutter = lineCutter((line) => lines.push(line), cap);
  for (const chunk of chunks) cutter.push(chunk);
  cutter.end();
  return lines;
}

describe("lines", () => {
  it.each([
    ["newlines", "a\nb\n", ["a", "b"]],
    ["both kinds of line end", "a\r\nb", ["a", "b"]],
    ["a progress bar", "0%\r50%\r100%\ndone\n", ["0%", "50%", "100%", "done"]],
    ["empty lines", "\n\na\n\n", ["a"]],
  ])("are cut at %s", (_, text, lines) => {
    expect(cut([Buffer.from(text)])).toEqual(lines);
  });

  it("do not depend on where chunks end, and survive bytes that are no text", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(60), (bytes, at) => {
        const all = Buffer.from(bytes);
        expect(cut([all.subarray(0, at), all.subarray(at)])).toEqual(cut([all]));
      }),
      { numRuns: 3000 },
    );
  });

  it("are kept up to a cap", () => {
    const chunk = Buffer.alloc(100_000, "x");
    expect(cut([...Array.from({ length: 50 }, () => chunk), Buffer.from("\nnext\n")], 10).map((line) => line.length)).toEqual([10, 4]);
  });
});

describe("secrets", () => {
  it.each([
    ["a secret", "token=hunter2!", ["hunter2!"], "token=***"],
    ["one inside JSON", String.raw`{"a":"x\"y-secret"}`, ['x"y-secret'], '{"a":"***"}'],
    ["one inside a URL", "http://h/?k=a%2Fb%2Fc", ["a/b/c"], "http://h/?k=***"],
    ["a longer one before a shorter", "abcdefgh", ["abcd", "abcdefgh"], "***"],
    ["tokens nobody told us about", `hf_${"a".repeat(34)} ghp_${"B".repeat(36)}`, [], "*** ***"],
    ["a bearer", "Authorization: Bearer abcdefghijk", [], "Authorization: Bearer ***"],
    ["nothing when a secret is too short to be one", "a b c", ["a", ""], "a b c"],
  ])("are taken out of a text: %s", (_, text, secrets, clean) => {
    expect(redact(text, secrets)).toBe(clean);
  });

  it("are taken out of arguments and variables by their names", () => {
    const argv = "serve --api-key k1 --hf-token=k2 --max-tokens 16 --tokenizer t".split(" ");
    expect(redactArgv(argv, []).join(" ")).toBe("serve --api-key *** --hf-token=*** --max-tokens 16 --tokenizer t");
    expect(redactEnv({ HF_TOKEN: "abc", TOKENIZERS_PARALLELISM: "false", A: "abc" }, [])).toEqual({
      HF_TOKEN: "***",
      TOKENIZERS_PARALLELISM: "false",
      A: "abc",
    });
  });

  it("are taken out of a stream wherever its chunks end, and nothing else is", () => {
    const piece = fc.constantFrom("s3cret-ä", "s3cret", "s3c", "x", "\n", "other-secret");
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 12 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
        (pieces, sizes) => {
          const bytes = Buffer.from(pieces.join(""));
          const cleaner = redactor(["s3cret-ä", "other-secret"]);
          const out: Buffer[] = [];
          for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
            const size = sizes[turn % sizes.length] ?? 1;
            out.push(cleaner.push(bytes.subarray(at, at + size)));
            at += size;
          }
          out.push(cleaner.end());
          expect(Buffer.concat(out).toString()).toBe(pieces.join("").replaceAll("s3cret-ä", "***").replaceAll("other-secret", "***"));
        },
      ),
      { numRuns: 5000 },
    );
  });
});

describe("the environment of a server", () => {
  it("holds what is allowed, the launch's own, and the mark; and no other variable of ours", () => {
    const own = {
      PATH: "/bin",
      CUDA_VISIBLE_DEVICES: "0",
      HF_TOKEN: "for models",
      LC_ALL: "C",
      RUNNER_TRACKING_ID: "github_1",
      NO_PROXY: "intern",
      GITHUB_TOKEN: "canary",
      ACTIONS_RUNTIME_TOKEN: "canary",
      INPUT_TOKEN: "canary",
      RUNNER_TEMP: "canary",
      AWS_SECRET_ACCESS_KEY: "canary",
      NODE_OPTIONS: "canary",
    };
    expect(serverEnvironment(own, { CUDA_VISIBLE_DEVICES: "1", SERVEGATE_RUN: "stolen" }, "SERVEGATE_RUN=r-1")).toEqual({
      PATH: "/bin",
      CUDA_VISIBLE_DEVICES: "1",
      HF_TOKEN: "for models",
      LC_ALL: "C",
      RUNNER_TRACKING_ID: "github_1",
      NO_PROXY: "intern,127.0.0.1,localhost,::1",
      no_proxy: "intern,127.0.0.1,localhost,::1",
      PYTHONUNBUFFERED: "1",
      SPT_NOENV: "1",
      SERVEGATE_RUN: "r-1",
    });
  });
});

describe("a row of /proc", () => {
  it("is read even when the process calls itself something with blanks and parentheses", () => {
    const stat = `42 (VLLM::Core (0) x) S 7 42 41 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 987654 1 2`;
    expect(parseStat(stat)).toEqual({
      pid: 42,
      name: "VLLM::Core (0) x",
      state: "S",
      parent: 7,
      group: 42,
      session: 41,
      startTicks: 987_654,
    });
    expect(parseStat("")).toBeUndefined();
    expect(parseStat("42 (short) S 7")).toBeUndefined();
  });
});
