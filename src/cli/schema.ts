import { Argument, Command } from "commander";
import { configJsonSchema } from "../config/index.ts";
import { recordJsonSchema } from "../record/index.ts";
import { json } from "./print.ts";

export function schemaCommand(): Command {
  return new Command("schema")
    .description("Print the JSON Schema of the configuration (for editors) or of the record (for other tools)")
    .addArgument(new Argument("<document>", "which document").choices(["config", "record"]))
    .action((document: string) => json(document === "config" ? configJsonSchema() : recordJsonSchema()));
}
