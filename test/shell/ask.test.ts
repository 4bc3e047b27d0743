import { describe, expect, it } from "vitest";
import { ask } from "../../src/shell/index.ts";

describe("a short command", () => {
  it.each([
    [
      "succeeds",
      ["sh", "-c", "echo yes; echo no >&2"],
      { ok: true, exitCode: 0, timedOut: false, missing: false, stdout: "yes", stderr: "no" },
    ],
    ["fails", ["sh", "-c", "echo why >&2; exit 3"], { ok: false, exitCode: 3, timedOut: false, missing: false, stdout: "", stderr: "why" }],
    ["is killed", ["sh", "-c", "kill -9 $$"], { ok: false, signal: "SIGKILL", timedOut: false, missing: false, stdout: "" }],
    ["does not exist", ["no-such-program-anywhere"], { ok: false, timedOut: false, missing: true }],
    ["may not be executed", ["/etc/passwd"], { ok: false, timedOut: false, missing: true }],
    ["has no name", [], { ok: false, timedOut: false, missing: true }],
    ["cannot be passed on", ["echo", "a\0b"], { ok: false, timedOut: false, missing: false }],
  ])("that %s is answered with one shape", async (_, argv, answer) => {
    expect(await ask(argv, { timeoutMs: 20_000 })).toMatchObject(answer);
  });

  it("is answered when its time is up, though its grandchild holds the output open", async () => {
    const started = performance.now();
    const answer = await ask(["sh", "-c", "echo first; setsid sleep 4 & exec sleep 30"], { timeoutMs: 300 });
    expect(answer).toMatchObject({ ok: false, timedOut: true });
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it("is answered when the run is cancelled", async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 100);
    const answer = await ask(["sleep", "30"], { timeoutMs: 60_000, signal: controller.signal });
    expect(answer).toMatchObject({ ok: false, timedOut: false });
  });

  it("cannot fill our memory", async () => {
    const answer = await ask(["sh", "-c", "yes"], { timeoutMs: 20_000, maxBytes: 10_000 });
    expect(answer.ok).toBe(false);
    expect(answer.stdout.length).toBeLessThanOrEqual(10_000);
  });

  it("sees only the environment it is given", async () => {
    const answer = await ask(["env"], { timeoutMs: 20_000, env: { PATH: process.env["PATH"], ONLY: "this" } });
    expect(answer.stdout.split("\n").filter((line) => !line.startsWith("PATH="))).toEqual(["ONLY=this"]);
  });
});
