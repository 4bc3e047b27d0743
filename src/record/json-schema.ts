import { z } from "zod";
import { RECORD_SCHEMA } from "../model/index.ts";
import { diagnosis } from "./schema/failure.ts";
import { record } from "./schema/record.ts";

/** The stored form of a record as JSON Schema (draft 7), for tools that read `record.json`. Kept at `src/record/record.schema.json`. */
export function recordJsonSchema(): object {
  const { $schema, ...rest } = z.toJSONSchema(record, { target: "draft-7", io: "input" });
  return {
    $schema,
    title: RECORD_SCHEMA,
    description: "One run of Servegate: what was started, what took effect, what was measured.",
    ...rest,
  };
}

/** What `servegate diagnose --json` prints, as JSON Schema (draft 7); the same document stands in every record of a failed launch. */
export function diagnosisJsonSchema(): object {
  const { $schema, ...rest } = z.toJSONSchema(diagnosis, { target: "draft-7", io: "input" });
  return { $schema, title: "diagnosis", description: "What broke, why, and what to do.", ...rest };
}
