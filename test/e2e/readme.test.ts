import { readFileSync, existsSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { parseConfig } from "../../src/config/index.ts";

const root = resolve(import.meta.dirname, "../..");
const readme = readFileSync(resolve(root, "README.md"), "utf8");

describe("README.md", () => {
  it("shows a configuration that is accepted", () => {
    const [, example = ""] = /```yaml\n([\s\S]*?)```/.exec(readme) ?? [];
    const parsed = parseConfig(example.replaceAll(/^ {3}/gm, ""), "README.md");
    expect(parsed).toMatchObject({ ok: true });
  });

  it("links only to files that exist", () => {
    const links = [...readme.matchAll(/\]\(([^)]+)\)/g)].map(([, target = ""]) => target).filter((target) => !target.startsWith("http"));
    expect(links.length).toBeGreaterThan(3);
    expect(links.filter((target) => !existsSync(resolve(root, target)))).toEqual([]);
  });
});

describe("the workflows to copy", () => {
  const inputs = new Set(Object.keys((parse(readFileSync(resolve(root, "action.yml"), "utf8")) as { inputs: object }).inputs));
  interface Workflow {
    permissions: unknown;
    jobs: Record<string, { permissions: unknown; "timeout-minutes": number; steps: { uses?: string; with?: object; run?: string }[] }>;
  }
  const workflows = ["workflows/gate.yml", "workflows/baseline.yml", ".github/workflows/ci.yml"].map(
    (path) => [path, parse(readFileSync(resolve(root, path), "utf8")) as Workflow] as const,
  );

  it.each(workflows)("%s grants nothing at the top and bounds every job", (_path, workflow) => {
    expect(workflow.permissions).toEqual({});
    for (const job of Object.values(workflow.jobs)) {
      expect(job.permissions).toBeTypeOf("object");
      expect(job["timeout-minutes"]).toBeGreaterThan(0);
    }
  });

  it.each(workflows)("%s pins foreign actions to commits and puts no expression into a shell line", (_path, workflow) => {
    for (const step of Object.values(workflow.jobs).flatMap((job) => job.steps)) {
      if (step.uses !== undefined && !step.uses.startsWith("servegate/")) expect(step.uses).toMatch(/@[0-9a-f]{40}$/);
      expect(step.run ?? "").not.toContain("${{");
    }
  });

  it.each(workflows)("%s gives the action only inputs that it has", (_path, workflow) => {
    const given = Object.values(workflow.jobs)
      .flatMap((job) => job.steps)
      .filter((step) => step.uses?.startsWith("servegate/") === true)
      .flatMap((step) => Object.keys(step.with ?? {}));
    expect(given.filter((name) => !inputs.has(name))).toEqual([]);
  });
});
