// Scores `diagnose` against labelled logs: `node bench/corpus.ts FILE...`. A `.jsonl` file holds one {id, class, alt?, log} a line; any
// other holds blocks as in test/corpus/observed. Prints every miss, then how many were right, strictly and counting `alt`.
// `--silent` leaves the misses out, so that a hold-out set can be scored without being looked at.
import { readFileSync } from "node:fs";
import { diagnose } from "../src/diagnose/index.ts";
import { readObserved, type Observed } from "../test/corpus/observed.ts";

const files = process.argv.slice(2).filter((arg) => arg !== "--silent");
const silent = process.argv.includes("--silent");
if (files.length === 0) {
  process.stderr.write("usage: node bench/corpus.ts FILE... [--silent]\n");
  process.exit(2);
}
for (const file of files) score(file, file.endsWith(".jsonl") ? readLabelled(file) : readObserved(readFileSync(file, "utf8")));

function readLabelled(file: string): Observed[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Omit<Observed, "alt" | "source"> & { readonly alt?: readonly string[]; readonly source?: string })
    .map((row) => ({ ...row, alt: row.alt ?? [], source: row.source ?? "" }));
}

function score(name: string, rows: readonly Observed[]): void {
  let strict = 0;
  let fair = 0;
  for (const row of rows) {
    const found = diagnose(row.log.split("\n"));
    const right = found.class === row.class;
    const acceptable = right || row.alt.includes(found.class);
    strict += Number(right);
    fair += Number(acceptable);
    if (right || silent) continue;
    const seen = found.findings.map((finding) => `${finding.signature}/${finding.level}@${finding.at}`).join(" ");
    out(`${acceptable ? "alt " : "MISS"} ${row.id}: wanted ${row.class}, got ${found.class} (${found.title}) [${seen}]`);
  }
  out(`${name}: ${strict}/${rows.length} exactly, ${fair}/${rows.length} counting alternatives`);
}

function out(line: string): void {
  process.stdout.write(`${line}\n`);
}
