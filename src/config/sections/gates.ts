import type { BaselineConfig, Gate, MatrixConfig, ThroughputConfig } from "../../model/index.ts";
import { readGate } from "../gate/index.ts";
import type { Path } from "../place.ts";
import type { Reader } from "../reader.ts";
import { gate, gateEntry } from "../shape/index.ts";
import { picked } from "./picked.ts";

/** The sections that decide whether a gate can ever be tested. */
export interface GateSurroundings {
  readonly matrix: MatrixConfig;
  readonly throughput: readonly ThroughputConfig[];
  readonly baseline: BaselineConfig;
  /** `YYYY-MM-DD`; where given, a quarantine that has expired is a Problem. */
  readonly today: string | undefined;
}

/** Conditions on the numbers. One whose number no configured check yields could never be tested, and is a Problem. */
export function readGates(reader: Reader, around: GateSurroundings): readonly Gate[] {
  const yields = {
    accuracy: reader.has(["accuracy"]) && !isEmpty(reader.value(["accuracy"])),
    throughput: reader.has(["throughput"]) && !isEmpty(reader.value(["throughput"])),
  };
  const seen = new Set<string>();
  return reader.items(["gates"]).flatMap((path) => {
    const entry = entryOf(reader, path, around.today);
    if (entry === undefined) return [];
    const parsed = readGate(entry.text);
    if (!parsed.ok) {
      for (const { column, message, hint } of parsed.problems) reader.object(entry.path, message, hint, (column ?? 1) - 1);
      return [];
    }
    const { gate: value, picks } = parsed.value;
    const check = value.metric === "accuracy" ? "accuracy" : "throughput";
    if (!yields[check])
      reader.object(
        entry.path,
        `"${value.text}" can never be tested: no ${check} check is configured`,
        `${EXAMPLE[check]}, or remove the gate.`,
        0,
      );
    if (seen.has(value.text)) reader.object(entry.path, `"${value.text}" is written twice`, "Keep one of the two.", 0);
    seen.add(value.text);
    const scope = picked(reader, entry.path, picks, { ...around, check });
    return scope === undefined ? [] : [{ ...value, ...scope, ...entry.scope }];
  });
}

interface Entry {
  readonly text: string;
  /** Where the text stands. */
  readonly path: Path;
  readonly scope: Pick<Gate, "informs" | "quarantine">;
}

/** A gate is a text, or a map that says why it only informs. */
function entryOf(reader: Reader, path: Path, today: string | undefined): Entry | undefined {
  const found = reader.value(path);
  if (typeof found !== "object" || found === null || Array.isArray(found)) {
    const text = reader.take(gate, path);
    return text === undefined ? undefined : { text, path, scope: {} };
  }
  const entry = reader.take(gateEntry, path);
  if (entry === undefined) return undefined;
  const { informs, quarantine } = entry;
  if (informs !== undefined && quarantine !== undefined)
    reader.object([...path, "quarantine"], "a gate that informs needs no quarantine", "Keep one of the two.", "key");
  if (today !== undefined && quarantine !== undefined && quarantine.expires < today)
    reader.object(
      [...path, "quarantine", "expires"],
      `the quarantine expired on ${quarantine.expires}`,
      "Remove it if the number holds again; otherwise give it a new day, and say so in its issue.",
    );
  const scope = { ...(informs === undefined ? {} : { informs }), ...(quarantine === undefined ? {} : { quarantine }) };
  return { text: entry.gate, path: [...path, "gate"], scope };
}

const EXAMPLE = {
  accuracy: "Write `accuracy: [ { dataset: arithmetic } ]`",
  throughput: "Write `throughput: [ { input: 1024, output: 1024, concurrency: 16 } ]`",
};

function isEmpty(found: unknown): boolean {
  return Array.isArray(found) && found.length === 0;
}
