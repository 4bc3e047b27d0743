import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { expect, it } from "vitest";

it("the README's tables and the JSON Schemas are what the sources generate", () => {
  const root = resolve(import.meta.dirname, "../..");
  expect(() => execFileSync(process.execPath, [".ci/generate.ts", "--check"], { cwd: root, stdio: "pipe" })).not.toThrow();
});
