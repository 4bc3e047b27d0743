import { Command } from "commander";
import { doctor, type DoctorRow } from "../machine/index.ts";
import { EXIT } from "../model/index.ts";
import { json, out } from "./print.ts";
import { world } from "./world.ts";

export function doctorCommand(): Command {
  return new Command("doctor")
    .description("Show what this machine has, what is wrong with it and what to do; changes nothing")
    .option("--json", "print the rows as JSON")
    .action(async (options: { readonly json?: boolean }) => {
      const rows = await doctor(world());
      if (options.json === true) json(rows);
      else out(rows.map(rowText).join("\n"));
      process.exitCode = rows.some((row) => row.status === "fail") ? EXIT.infra : EXIT.pass;
    });
}

function rowText(row: DoctorRow): string {
  const first = `${row.status.padEnd(7)} ${row.title}: ${row.found}`;
  return row.status === "ok" ? first : `${first}\n        wanted: ${row.wanted}\n        why: ${row.why}\n        do: ${row.fix}`;
}
