import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { watchParent } from "../../src/shell/index.ts";
import { BIN, folder, until } from "./support.ts";

it("the death of the process that started us is noticed", async () => {
  const file = join(folder(), "seen");
  const script = `"${process.execPath}" "${join(BIN, "orphan.ts")}" "${file}" & wait`;
  const parent = spawn("/bin/sh", ["-c", script], { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  parent.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
  await until("the child is up", () => said.includes("up"));
  parent.kill("SIGKILL");
  await until("the child has noticed", () => existsSync(file));
  expect(parent.signalCode).toBe("SIGKILL");
});

it("a process without a parent to speak of watches nobody", () => {
  let looks = 0;
  watchParent(
    () => undefined,
    () => {
      looks += 1;
      return 1;
    },
  );
  expect(looks).toBe(1);
});
