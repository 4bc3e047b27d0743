import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { Command } from "commander";
import { readAll } from "../flow/index.ts";
import { openRunFolder } from "../record/index.ts";
import { err, json, refuse } from "./print.ts";

export function mergeCommand(): Command {
  return new Command("merge")
    .description("Join the records of several jobs into one")
    .argument("<record...>", "record.json files or run folders")
    .option("--out <folder>", "write record.json there instead of printing it")
    .action(async (paths: readonly string[], options: { readonly out?: string }) => {
      const merged = await readAll(paths);
      if (!merged.ok) return refuse(merged.problems);
      if (options.out === undefined) return json(merged.value);
      const dir = resolve(options.out);
      await mkdir(dir, { recursive: true });
      const folder = await openRunFolder(dir);
      await folder.save(merged.value);
      await folder.close();
      return err(`Merged ${paths.length} records, ${merged.value.cells.length} cells, into ${dir}.`);
    });
}
