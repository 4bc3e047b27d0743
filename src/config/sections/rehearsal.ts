import type { EngineId, RehearsalConfig } from "../../model/index.ts";
import type { Reader } from "../reader.ts";
import { rehearsal } from "../shape/index.ts";

/** What the rehearsal engine plays; `undefined` for every other engine, where the section is a Problem. */
export function readRehearsal(reader: Reader, engine: EngineId | undefined): RehearsalConfig | undefined {
  const given = reader.has(["rehearsal"]);
  if (given && engine !== undefined && engine !== "rehearsal") {
    reader.object(["rehearsal"], `"rehearsal" has no effect on engine "${engine}"`, "Remove it, or write `engine: rehearsal`.", "key");
    return undefined;
  }
  if (engine !== "rehearsal") return undefined;
  const found = given ? reader.take(rehearsal, ["rehearsal"]) : {};
  return { dialect: found?.dialect ?? "sglang", scenario: found?.scenario ?? "healthy" };
}
