import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const CLI = resolve(import.meta.dirname, "../../dist/cli.js");

export interface CliResult {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the committed command line as a user would; `onStart` gets the process, `onText` all of its standard error so far. */
export function servegate(
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string>; onText?: (stderr: string, child: ChildProcess) => void; stdin?: string } = {},
): Promise<CliResult> {
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd: options.cwd ?? freshFolder(),
    env: { PATH: process.env["PATH"] ?? "", HOME: freshFolder(), NO_COLOR: "1", ...options.env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdin.end(options.stdin ?? "");
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
    options.onText?.(stderr, child);
  });
  return new Promise((settle) => {
    child.on("close", (exitCode, signal) => settle({ exitCode, signal, stdout, stderr }));
  });
}

export function freshFolder(): string {
  return mkdtempSync(join(tmpdir(), "servegate-e2e-"));
}

/** A small rehearsed matrix: two cells, quick checks. */
export function rehearsal(
  over: { scenario?: string; matrix?: string; checks?: string; dialect?: string; version?: string; args?: string } = {},
): string {
  return `version: 1
engine: rehearsal
engine-version: ${over.version ?? "0.5.4"}
model: tiny
rehearsal: { dialect: ${over.dialect ?? "sglang"}, scenario: ${over.scenario ?? "healthy"} }
launch: { args: ${over.args ?? '[--tp, "8"]'}, ready-timeout: 1m, stall-timeout: 20s, request-timeout: 20s }
matrix: ${over.matrix ?? "{ custom-all-reduce: [on, off] }"}
${over.checks ?? "accuracy: [{ dataset: arithmetic, questions: 20 }]\nthroughput: [{ input: 32, output: 16, concurrency: [4], requests: 16 }]\ngates: [accuracy >= 90%]"}
`;
}

/** Process ids whose environment carries this marker text; empty is the promise after every stop. */
export async function processesWith(marker: string): Promise<number[]> {
  const { readdir, readFile } = await import("node:fs/promises");
  const found: number[] = [];
  for (const name of await readdir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const text = await readFile(`/proc/${name}/cmdline`, "utf8").catch(() => "");
    const env = await readFile(`/proc/${name}/environ`, "utf8").catch(() => "");
    if (text.includes(marker) || env.includes(marker)) found.push(Number(name));
  }
  return found;
}
