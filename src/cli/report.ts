import { resolve } from "node:path";
import { Command, Option } from "commander";
import { conclude, keptBaseline, readAll, writeReports, type Base } from "../flow/index.ts";
import type { RunRecord } from "../model/index.ts";
import { readRecord } from "../record/index.ts";
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
    .option("--baseline <record>", "compare with this record instead of the one the run was compared with")
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
  const [only, ...others] = paths;
  const kept = only === undefined || others.length > 0 ? undefined : await keptBaseline(resolve(only));
  return show(record.value, base?.value ?? kept ?? { missing: "no baseline was named" }, options);
}

/** Prints one format or writes all, and ends with the verdict's exit code. */
export async function show(record: RunRecord, base: Base, options: Options): Promise<void> {
  const conclusion = conclude(record, base);
  if (options.out === undefined) {
    out(formatOf(options.format as Parameters<typeof formatOf>[0]).render(conclusion.view, { colour: colour() }));
  } else {
    const written = await writeReports(conclusion, resolve(options.out));
    err(`Reports: ${Object.values(written).join(", ")}`);
  }
  process.exitCode = conclusion.verdict.exitCode;
}
