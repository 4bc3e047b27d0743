import { retired } from "../engines/index.ts";
import type { Diagnosis, EngineId, Remedy } from "../model/index.ts";

/**
 * Names what to write instead of an argument that the engine refused: the replacement of a flag it once took, or the choices that it
 * prints itself. Other diagnoses are left as they are.
 */
export function withReplacement(diagnosis: Diagnosis, engine: EngineId): Diagnosis {
  if (diagnosis.class !== "bad-argument") return diagnosis;
  const said = [...new Set([...diagnosis.evidence, ...diagnosis.findings.map(({ line }) => line)])];
  const named = [...said.flatMap((line) => goneIn(line, engine)), ...said.flatMap(choicesIn)];
  const fresh = named.filter((remedy, index) => named.findIndex(({ text }) => text === remedy.text) === index);
  return fresh.length === 0 ? diagnosis : { ...diagnosis, remedies: [...fresh, ...diagnosis.remedies] };
}

function goneIn(line: string, engine: EngineId): Remedy[] {
  const words = new Set(line.split(/[\s=,:'"]+/));
  return retired
    .filter((item) => item.engine === engine && words.has(item.name))
    .map(({ name, since, instead }) => ({ text: `${name} is gone since ${engine} ${since}: write ${instead}`, command: instead }));
}

/** `argument --x: invalid choice: 'y' (choose from 'a', 'b')`, as argparse has it. */
function choicesIn(line: string): Remedy[] {
  const [, flag, wrong, list] = /argument (?:\S+\/)*(--[\w-]+): invalid choice: '([^']*)' \(choose from (.+)\)/.exec(line) ?? [];
  if (flag === undefined || list === undefined) return [];
  const choices = list.split(",").map((word) => word.trim().replace(/^'|'$/g, ""));
  return [{ text: `${flag} takes ${choices.slice(0, 12).join(", ")}${choices.length > 12 ? ", …" : ""}; not ${wrong}` }];
}
