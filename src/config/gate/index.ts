import type { Gate, Parsed, Problem } from "../../model/index.ts";
import { oneLine } from "../one-line.ts";
import { check } from "./check.ts";
import { parse, type GateFlaw, type ParsedGate } from "./parse.ts";

export type { Pick } from "./where.ts";

/** A gate checked by its grammar and against the metrics there are. The Problem's `column` counts in the gate's own text, from 1. */
export function parseGate(text: string): Parsed<Gate> {
  const read = readGate(text);
  return read.ok ? { ok: true, value: read.value.gate } : read;
}

/** The same with what the gate picks, each with its place; nobody has looked yet whether the matrix has it. */
export function readGate(text: string): Parsed<ParsedGate> {
  const parsed = parse(text);
  if ("message" in parsed) return { ok: false, problems: [problemOf(parsed)] };
  const flaw = check(parsed.gate);
  return flaw === undefined ? { ok: true, value: parsed } : { ok: false, problems: [problemOf(flaw)] };
}

function problemOf({ at, message, hint }: GateFlaw): Problem {
  return oneLine({ path: "gate", line: 1, column: at + 1, message, ...(hint === undefined ? {} : { hint }) });
}
