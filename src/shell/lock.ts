import { spawn } from "node:child_process";
import { once } from "node:events";
import { Socket } from "node:net";

/** A lock on a folder that the kernel takes back the moment its holder is gone, however it went. */
export interface Lock {
  held(): boolean;
  release(): Promise<void>;
}

/** What `flock` exits with when somebody else holds the lock; its own errors are 1 and 64 and up. */
const TAKEN = 75;
const ANSWER_MS = 10_000;

/**
 * Tries to lock a folder, without waiting for a holder. The lock belongs to a small process that ends when our pipe to it does, so
 * it is free within milliseconds of our death. Resolves to `taken`, or to a problem where locking does not work at all.
 */
export async function tryLock(folder: string, path: string): Promise<Lock | "taken" | { readonly problem: string }> {
  // A folder, because `flock` makes files, and a sticky folder does not let one user open what another made there.
  const child = spawn("flock", ["--no-fork", "-n", "-E", String(TAKEN), folder, "/bin/sh", "-c", "echo held; exec cat >/dev/null"], {
    env: { PATH: path },
    cwd: "/",
    // An interrupt from the terminal goes to our whole group, and the lock must outlast the stop that it starts.
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdin.on("error", () => undefined);
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const ended = new Promise<number | string>((resolve) => {
    child.once("exit", (code, signal) => resolve(code ?? signal ?? "unknown"));
    child.once("error", (error) => resolve(error.message));
  });
  let alive = true;
  void ended.then(() => (alive = false));
  const first = await Promise.race([
    once(child.stdout, "data").then(() => "held" as const),
    ended,
    new Promise<"late">((resolve) => setTimeout(() => resolve("late"), ANSWER_MS).unref()),
  ]);
  if (first === TAKEN) return "taken";
  if (first !== "held") {
    child.kill("SIGKILL");
    return { problem: first === "late" ? `flock did not answer within ${ANSWER_MS / 1000} s` : said.trim() || `flock ended with ${first}` };
  }
  child.unref();
  for (const stream of [child.stdin, child.stdout, child.stderr]) if (stream instanceof Socket) stream.unref();
  return {
    held: () => alive,
    async release() {
      child.ref();
      child.stdin.end();
      await ended;
    },
  };
}
