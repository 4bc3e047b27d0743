// Scores `diagnose` against labelled logs: `node bench/corpus.ts FILE.jsonl [HOLD-OUT-IDS.json]`. Each line of the file is
// {id, class, alt?, engine?, log}. Prints every miss, then how many were right, strictly and counting `alt`.
import { readFileSync } from "node:fs";
import { diagnose } from "../src/diagnose/index.ts";

interface Labelled {
  readonly id: string;
  readonly class: string;
  readonly alt?: readonly string[];
  readonly two_signatures?: boolean;
  readonly log: string;
}

const [file, holdOutFile] = process.argv.slice(2);
if (file === undefined) {
  process.stderr.write("usage: node bench/corpus.ts FILE.jsonl [HOLD-OUT-IDS.json]\n");
  process.exit(2);
}
const rows = readFileSync(file, "utf8")
  .split("\n")
  .filter((line) => line !== "")
  .map((line) => JSON.parse(line) as Labelled);
const heldOut = new Set(holdOutFile === undefined ? [] : (JSON.parse(readFileSync(holdOutFile, "utf8")) as string[]));

score(
  "tuned on",
  rows.filter((row) => !heldOut.has(row.id)),
  true,
);
if (heldOut.size > 0) {
  score(
    "held out",
    rows.filter((row) => heldOut.has(row.id)),
    process.env["SHOW_HELD_OUT"] === "1",
  );
}

function score(name: string, some: readonly Labelled[], show: boolean): void {
  let strict = 0;
  let fair = 0;
  let rootAmongTwo = 0;
  for (const row of some) {
    const found = diagnose(row.log.split("\n"));
    const right = found.class === row.class;
    const acceptable = right || (row.alt ?? []).includes(found.class);
    strict += Number(right);
    fair += Number(acceptable);
    rootAmongTwo += Number(acceptable && row.two_signatures === true);
    if (right || !show) continue;
    const seen = found.findings.map((finding) => `${finding.signature}/${finding.level}@${finding.at}`).join(" ");
    out(`${acceptable ? "alt " : "MISS"} ${row.id}: wanted ${row.class}, got ${found.class} (${found.title}) [${seen}]`);
  }
  const two = some.filter((row) => row.two_signatures === true).length;
  out(
    `${name}: ${strict}/${some.length} exactly, ${fair}/${some.length} counting alternatives, ${rootAmongTwo}/${two} where two signatures appear`,
  );
}

function out(line: string): void {
  process.stdout.write(`${line}\n`);
}
