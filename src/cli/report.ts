import { resolve } from "node:path";
import { Command, Option } from "commander";
import { conclude, writeReports } from "../flow/index.ts";
import type { Parsed, RunRecord } from "../model/index.ts";
import { merge, readRecord } from "../record/index.ts";
import { formatOf, formats } from "../report/index.ts";
import { colour, err, out, refuse } from "./print.ts";

interface Options {
  readonly format: string;
  readonly baseline?: string;
  readonly out?: string;
}

export function reportCommand(): Command {
  return new Command("report")
    .description("Recompute verdict and report from stored records; several records are merged first")
    .argument("<record...>", "record.json, or the folder of a run")
    .addOption(formatOption())
    .option("--baseline <record>", "compare with this record")
    .option("--out <folder>", "write every format there instead of printing one")
    .action(report);
}

/** Chosen by name, from the shelf of formats. */
export function formatOption(): Option {
  return new Option("--format <format>", "how to print it").choices(formats.map((format) => format.id)).default("terminal");
}

async function report(paths: readonly string[], options: Options): Promise<void> {
  const record = await readAll(paths);
  if (!record.ok) return refuse(record.problems);
  const base = options.baseline === undefined ? undefined : await readRecord(options.baseline);
  if (base !== undefined && !base.ok) return refuse(base.problems);
  return show(record.value, base?.value ?? { missing: "no baseline was named" }, options);
}

/** Prints one format or writes all, and ends with the verdict's exit code. */
export async function show(record: RunRecord, base: RunRecord | { readonly missing: string }, options: Options): Promise<void> {
  const conclusion = conclude(record, base);
  if (options.out === undefined) {
    out(formatOf(options.format as Parameters<typeof formatOf>[0]).render(conclusion.view, { colour: colour() }));
  } else {
    const written = await writeReports(conclusion, resolve(options.out));
    err(`Reports: ${Object.values(written).join(", ")}`);
  }
  process.exitCode = conclusion.verdict.exitCode;
}

/** Every record read and merged, or every Problem of all of them. */
export async function readAll(paths: readonly string[]): Promise<Parsed<RunRecord>> {
  const read = await Promise.all(paths.map((path) => readRecord(path)));
  const problems = read.flatMap((one) => (one.ok ? [] : one.problems));
  if (problems.length > 0) return { ok: false, problems };
  const records = read.flatMap((one) => (one.ok ? [one.value] : []));
  const [first, ...rest] = records;
  if (first === undefined) return { ok: false, problems: [{ path: "record", message: "no record was named" }] };
  let merged: Parsed<RunRecord> = { ok: true, value: first };
  for (const next of rest) {
    if (!merged.ok) return merged;
    merged = merge(merged.value, next);
  }
  return merged;
}
