import type { Event, Parsed, Problem } from "../model/index.ts";
import { issuesText } from "./parse.ts";
import { event } from "./schema/event.ts";

/**
 * The events in the text of an `events.jsonl`. A last line without its line break was torn by the death of its writer and is left
 * out; any other line that is not an event is a Problem, because leaving it out would hide what it said.
 */
export function parseEvents(text: string, path: string): Parsed<Event[]> {
  const lines = text.split("\n");
  lines.pop();
  const events: Event[] = [];
  const problems: Problem[] = [];
  for (const [i, line] of lines.entries()) {
    const parsed = parseLine(line);
    if (typeof parsed === "string") problems.push({ path, line: i + 1, column: 1, message: `line ${i + 1} is not an event: ${parsed}` });
    else events.push(parsed);
    if (problems.length === 20) break;
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: events };
}

function parseLine(line: string): Event | string {
  let found: unknown;
  try {
    found = JSON.parse(line);
  } catch {
    return "not JSON";
  }
  const parsed = event.safeParse(found);
  return parsed.success ? parsed.data : (issuesText(parsed.error)[0] ?? "unknown");
}
