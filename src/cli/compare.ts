import { Command } from "commander";
import { readRecord } from "../record/index.ts";
import { refuse } from "./print.ts";
import { formatOption, show } from "./report.ts";

export function compareCommand(): Command {
  return new Command("compare")
    .description("Judge one stored record against another")
    .argument("<base>", "record or run folder to compare with")
    .argument("<head>", "record or run folder to judge")
    .addOption(formatOption())
    .option("--out <folder>", "write every format there instead of printing one")
    .action(async (basePath: string, headPath: string, options: { readonly format: string; readonly out?: string }) => {
      const [base, head] = await Promise.all([readRecord(basePath), readRecord(headPath)]);
      if (base.ok && head.ok) return show(head.value, base.value, options);
      return refuse([base, head].flatMap((read) => (read.ok ? [] : read.problems)));
    });
}
