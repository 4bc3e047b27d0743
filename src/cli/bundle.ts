import { createReadStream } from "node:fs";
import { mkdir, realpath, stat } from "node:fs/promises";
import { dirname, join, resolve, sep } from "node:path";
import { createInterface } from "node:readline";
import { Command } from "commander";
import { secretsOf } from "../flow/index.ts";
import { readRecord, saveText } from "../record/index.ts";
import { bundle, choose, scrubber } from "../upstream/index.ts";
import { err, json, out, refuse } from "./print.ts";

interface Options {
  readonly cell?: string;
  readonly out: string;
  readonly json?: boolean;
}

/** A log of a server that ran for weeks is read from its end. */
const MOST_BYTES = 256 * 2 ** 20;

export function bundleCommand(): Command {
  return new Command("bundle")
    .description("Make a folder and a text that are ready for an issue in the engine's project, without secrets")
    .argument("<record>", "record.json, or the folder of a run")
    .option("--cell <id>", "the configuration to report; else the failure whose diagnosis is surest")
    .option("--out <folder>", "where to write it", "upstream-issue")
    .option("--json", "print what was written as JSON")
    .action(make);
}

async function make(path: string, options: Options): Promise<void> {
  const record = await readRecord(path);
  if (!record.ok) return refuse(record.problems);
  const chosen = choose(record.value, options.cell);
  if (!chosen.ok) return refuse(chosen.problems);
  const folder = await folderOf(path);
  const log = await linesOf(folder, chosen.value.launch.log);
  const files = bundle(record.value, chosen.value, log ?? [], scrubber(secretsOf(process.env)));
  const target = resolve(options.out);
  await mkdir(target, { recursive: true });
  for (const file of files) await saveText(join(target, file.name), file.text);
  if (log === undefined) err(`${chosen.value.launch.log} is not beside the record; the bundle has no log.`);
  const written = files.map((file) => join(target, file.name));
  if (options.json === true) json({ cell: chosen.value.cell.cell.id, launch: chosen.value.launch.number, files: written });
  else
    out(
      [
        `${chosen.value.cell.cell.id}, launch ${chosen.value.launch.number}:`,
        ...written.map((file) => `  ${file}`),
        "Read ISSUE.md before you post it.",
      ].join("\n"),
    );
}

async function folderOf(path: string): Promise<string> {
  const isFolder = await stat(path).then((found) => found.isDirectory());
  return resolve(isFolder ? path : dirname(path));
}

/** The log's lines; undefined where it is not in the record's own folder. A record from elsewhere may name any path. */
async function linesOf(folder: string, log: string): Promise<string[] | undefined> {
  const root = await realpath(folder);
  const file = await realpath(resolve(folder, log)).catch(() => undefined);
  if (file === undefined || !file.startsWith(`${root}${sep}`)) return undefined;
  const { size } = await stat(file);
  const lines: string[] = [];
  const input = createReadStream(file, { start: Math.max(0, size - MOST_BYTES) });
  for await (const line of createInterface({ input, crlfDelay: Infinity })) lines.push(line);
  return lines;
}
