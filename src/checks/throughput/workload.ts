import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { parseWorkload, type WorkItem } from "../../load/index.ts";
import type { Config, Problem, WorkloadConfig } from "../../model/index.ts";

/** The requests of a workload's file, or every Problem with it. `baseDir` is the folder that its path is relative to. */
export async function readWorkload(
  { path, sha256, replay }: WorkloadConfig,
  baseDir: string,
): Promise<{ readonly items: readonly WorkItem[]; readonly problems: readonly Problem[] }> {
  let bytes: Buffer;
  try {
    bytes = await readFile(resolve(baseDir, path));
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? String(error);
    return refused({ path, message: `cannot be read: ${why}`, hint: `Looked for ${resolve(baseDir, path)}.` });
  }
  const sum = createHash("sha256").update(bytes).digest("hex");
  if (sha256 !== undefined && sum !== sha256.toLowerCase())
    return refused({
      path,
      message: `is not the file that was agreed on: its SHA-256 is ${sum}, the configuration says ${sha256}`,
      hint: "Restore the file, or correct `sha256`.",
    });
  const read = parseWorkload(bytes.toString(), path);
  if (read.problems.length === 0 && replay && read.items.some(({ atMs }) => atMs === undefined))
    return refused({ path, message: "has requests without a timestamp, so it cannot be replayed", hint: "Remove `replay`." });
  return read;
}

/** Everything wrong with the workload files of a configuration, before anything is started. */
export async function workloadProblems({ throughput }: Config, baseDir: string): Promise<readonly Problem[]> {
  const files = throughput.map(({ workload }) => workload).filter((workload) => workload !== undefined);
  const read = await Promise.all(files.map((workload) => readWorkload(workload, baseDir)));
  return read.flatMap(({ problems }) => problems);
}

function refused(problem: Problem): { readonly items: readonly WorkItem[]; readonly problems: readonly Problem[] } {
  return { items: [], problems: [problem] };
}
