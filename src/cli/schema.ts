import { Argument, Command } from "commander";
import { configJsonSchema } from "../config/index.ts";
import { diagnosisJsonSchema, recordJsonSchema } from "../record/index.ts";
import { json } from "./print.ts";

const SCHEMAS = { config: configJsonSchema, record: recordJsonSchema, diagnosis: diagnosisJsonSchema } as const;

export function schemaCommand(): Command {
  return new Command("schema")
    .description("Print the JSON Schema of the configuration (for editors), of the record or of a diagnosis (for other tools)")
    .addArgument(new Argument("<document>", "which document").choices(Object.keys(SCHEMAS)))
    .action((document: keyof typeof SCHEMAS) => json(SCHEMAS[document]()));
}
