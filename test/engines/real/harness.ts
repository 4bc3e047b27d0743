import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { check } from "../../fakes/tally.ts";
import type { CellRecord, CheckResult, LaunchRecord, RunRecord } from "../../../src/model/index.ts";

export { check, conclude, skip } from "../../fakes/tally.ts";

export const CLI = resolve(import.meta.dirname, "../../../dist/cli.js");
export const MODEL = resolve(import.meta.dirname, "../../tiny-llama/model");
const work = mkdtempSync(join(tmpdir(), "servegate-engines-"));

export interface Ran {
  readonly exitCode: number;
  readonly record: RunRecord;
  readonly dir: string;
}

/** Runs the committed command line; `onText` sees its progress and may act on it. */
export function servegate(name: string, text: string, onText?: (text: string, dir: string) => void): Promise<Ran> {
  const dir = join(work, name);
  const child = spawn(process.execPath, [CLI, "run", written(name, text), "--out", dir], { stdio: ["ignore", "inherit", "pipe"] });
  let seen = "";
  child.stderr.on("data", (chunk: Buffer) => {
    process.stderr.write(chunk);
    seen += chunk.toString();
    onText?.(seen, dir);
  });
  return new Promise((settle) => {
    child.on("close", (exitCode) =>
      settle({ exitCode: exitCode ?? -1, record: JSON.parse(readFileSync(join(dir, "record.json"), "utf8")) as RunRecord, dir }),
    );
  });
}

/** Prints the plan of a configuration, or its Problems. */
export function planOf(name: string, text: string): Promise<{ readonly exitCode: number; readonly said: string }> {
  const child = spawn(process.execPath, [CLI, "plan", written(name, text)], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (said += chunk.toString()));
  return new Promise((settle) => {
    child.on("close", (exitCode) => settle({ exitCode: exitCode ?? -1, said }));
  });
}

/** What must hold of every cell that was measured. */
export function cellChecks({ cell, launches }: CellRecord): void {
  const [launch] = launches;
  check(`${cell.id}: was measured`, launch?.outcome.state === "measured", launch?.outcome);
  check(`${cell.id}: passes the smoke test`, checkOf(launch, "smoke")?.status === "passed", checkOf(launch, "smoke")?.rows);
  const accuracy = metric(launch, "accuracy") ?? 0;
  check(`${cell.id}: answers at least 95 % of the word problems (${accuracy} %)`, accuracy >= 95, accuracy);
  const speed = metric(launch, "output_throughput") ?? 0;
  check(`${cell.id}: generates tokens at a measured rate (${speed.toFixed(1)} tokens/s)`, speed > 0, speed);
  check(`${cell.id}: leaves nothing behind`, launch?.stop?.leftovers.length === 0, launch?.stop);
}

export function checkOf(launch: LaunchRecord | undefined, id: string): CheckResult | undefined {
  return launch?.checks.find((result) => result.id === id);
}

export function metric(launch: LaunchRecord | undefined, name: string): number | undefined {
  return launch?.checks.flatMap((result) => result.metrics).find((value) => value.metric === name)?.value;
}

function written(name: string, text: string): string {
  const file = join(work, `${name}.yml`);
  writeFileSync(file, text);
  return file;
}
