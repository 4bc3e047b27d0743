import { readFileSync, readdirSync, existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { parseConfig } from "../../src/config/index.ts";
import { INPUT_NAMES } from "../../src/action/input-names.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const FOLDER = join(ROOT, "workflows");
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith(".yml"));

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: unknown;
  readonly concurrency: unknown;
  readonly "cache-mode": unknown;
  readonly jobs: Readonly<
    Record<string, { readonly permissions?: unknown; readonly "timeout-minutes"?: unknown; readonly steps: readonly Step[] }>
  >;
}

const read = (name: string): Workflow => parse(readFileSync(join(FOLDER, name), "utf8")) as Workflow;
const steps = (workflow: Workflow): readonly Step[] => Object.values(workflow.jobs).flatMap((job) => job.steps);

describe.each(FILES)("workflows/%s", (name) => {
  const workflow = read(name);

  it("gives no right and no cache by default, and each job its own, with a time limit and a concurrency group", () => {
    expect(workflow.permissions).toEqual({});
    expect(workflow["cache-mode"]).toBe("none");
    expect(workflow.concurrency).toBeDefined();
    for (const job of Object.values(workflow.jobs)) {
      expect(job.permissions).toBeDefined();
      expect(job["timeout-minutes"]).toBeDefined();
    }
  });

  it("pins what it uses by commit, our own action excepted, and names every step", () => {
    const foreign = steps(workflow)
      .flatMap((step) => step.uses ?? [])
      .filter((uses) => !uses.startsWith("servegate/servegate@"));
    expect(foreign.filter((uses) => !/^[\w/-]+@[0-9a-f]{40}$/.test(uses))).toEqual([]);
    expect(steps(workflow).filter((step) => step.name === undefined)).toEqual([]);
  });

  it("leaves no credentials in the checkout and no expression in a script", () => {
    const checkouts = steps(workflow).filter((step) => step.uses?.startsWith("actions/checkout@"));
    expect(checkouts.filter((step) => step.with?.["persist-credentials"] !== false)).toEqual([]);
    expect(steps(workflow).filter((step) => step.run?.includes("${{"))).toEqual([]);
  });

  it("takes a record of another run only from one that a push or the schedule started", () => {
    const scripts = steps(workflow).map((step) => step.with?.["script"]);
    expect(
      scripts.filter(
        (script) => typeof script === "string" && script.includes("listWorkflowRuns") && !/event: "(?:push|schedule)"/.test(script),
      ),
    ).toEqual([]);
    expect(steps(workflow).filter((step) => step.run?.includes("gh "))).toEqual([]);
  });

  it("shows a configuration that is one, where it shows one", () => {
    const blocks = readFileSync(join(FOLDER, name), "utf8").matchAll(/^# {5}version: 1\n(?:^# {5}.*\n)*/gm);
    const shown = [...blocks].map(([block]) => parseConfig(block.replaceAll(/^# {5}/gm, ""), name));
    expect(shown.filter((parsed) => !parsed.ok)).toEqual([]);
    expect(shown).toHaveLength(/^(?:rebuild|container)\.yml$/.test(name) ? 1 : 0);
  });

  it("gives our action inputs that it has", () => {
    const ours = steps(workflow).filter((step) => step.uses?.startsWith("servegate/servegate@"));
    const names = ours.flatMap((step) => Object.keys(step.with ?? {}));
    expect(names.filter((input) => !(INPUT_NAMES as readonly string[]).includes(input))).toEqual([]);
    expect(ours).not.toEqual([]);
  });

  it("never runs a stranger's code with a token that can write", () => {
    expect(Object.keys(workflow.on)).not.toContain("pull_request_target");
    expect(Object.keys(workflow.on)).not.toContain("issue_comment");
    if (!("workflow_run" in workflow.on)) return;
    expect(steps(workflow).filter((step) => step.uses?.startsWith("actions/checkout@") && step.with?.["ref"] !== undefined)).toEqual([]);
    expect(steps(workflow).filter((step) => step.uses?.startsWith("servegate/") && step.with?.["mode"] !== "report")).toEqual([]);
  });
});

it("every test that the threat model names exists, and every threat has its row", () => {
  const page = readFileSync(join(FOLDER, "THREAT-MODEL.md"), "utf8");
  const rows = page.split("\n").filter((line) => /^\| T\d+ \|/.test(line));
  expect(rows.map((row) => row.split("|")[1]?.trim())).toEqual(Array.from({ length: 16 }, (_, i) => `T${i + 1}`));
  const named = rows.flatMap((row) => [...(row.split("|").at(-2) ?? "").matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ""));
  const missing = named.filter((name) => !existsSync(join(ROOT, "test", name)) && !existsSync(join(ROOT, "test", `${name}.test.ts`)));
  expect(missing).toEqual([]);
});
