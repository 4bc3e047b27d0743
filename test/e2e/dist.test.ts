import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { expect, it } from "vitest";

it("dist/ is byte for byte what src/ builds", { timeout: 60_000 }, () => {
  const root = resolve(import.meta.dirname, "../..");
  expect(() => execFileSync(process.execPath, [".ci/build.ts", "--check"], { cwd: root, stdio: "pipe" })).not.toThrow();
});
