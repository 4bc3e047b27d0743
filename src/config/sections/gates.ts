import type { Gate } from "../../model/index.ts";
import { parseGate } from "../gate/index.ts";
import type { Reader } from "../reader.ts";
import { gate } from "../shape.ts";

/** Conditions on the numbers. One whose number no configured check yields could never be tested, and is a Problem. */
export function readGates(reader: Reader): readonly Gate[] {
  const yields = {
    accuracy: reader.has(["accuracy"]) && !isEmpty(reader.value(["accuracy"])),
    throughput: reader.has(["throughput"]) && !isEmpty(reader.value(["throughput"])),
  };
  const seen = new Set<string>();
  return reader.items(["gates"]).flatMap((path) => {
    const text = reader.take(gate, path);
    if (text === undefined) return [];
    const parsed = parseGate(text);
    if (!parsed.ok) {
      for (const { column, message, hint } of parsed.problems) reader.object(path, message, hint, (column ?? 1) - 1);
      return [];
    }
    const { value } = parsed;
    const check = value.metric === "accuracy" ? "accuracy" : "throughput";
    if (!yields[check])
      reader.object(
        path,
        `"${value.text}" can never be tested: no ${check} check is configured`,
        `${EXAMPLE[check]}, or remove the gate.`,
        0,
      );
    if (seen.has(value.text)) reader.object(path, `"${value.text}" is written twice`, "Keep one of the two.", 0);
    seen.add(value.text);
    return [value];
  });
}

const EXAMPLE = {
  accuracy: "Write `accuracy: [ { dataset: arithmetic } ]`",
  throughput: "Write `throughput: [ { input: 1024, output: 1024, concurrency: 16 } ]`",
};

function isEmpty(found: unknown): boolean {
  return Array.isArray(found) && found.length === 0;
}
