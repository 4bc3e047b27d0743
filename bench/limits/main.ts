// The claims about the load generator that are no comparison: `node bench/limits/main.ts [--only NAME]`
//
// Start-up of the built command line, the queue of M/D/1 over real sockets, memory of 100,000 requests, a line of 200 MB. Writes
// bench/results/limits.md (not with --only); ends with 1 when a limit is not kept.
import { writeFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { join } from "node:path";
import { endlessLine } from "./endless-line.ts";
import type { Measured } from "./limit.ts";
import { manyRequests } from "./many-requests.ts";
import { queue } from "./queue.ts";
import { startUp } from "./start-up.ts";

const benches: Readonly<Record<string, () => Promise<Measured>>> = { startUp, endlessLine, manyRequests, queue };
const only = process.argv.includes("--only") ? process.argv[process.argv.indexOf("--only") + 1] : undefined;
const rows: Measured[] = [];
for (const [name, bench] of Object.entries(benches)) {
  if (only !== undefined && only !== name) continue;
  const row = await bench();
  rows.push(row);
  process.stderr.write(`${row.holds ? "✓" : "✗"} ${row.what}: ${row.seen} (${row.limit})\n`);
}
const [cpu] = cpus();
const machine = `${cpu?.model.trim() ?? "unknown"}, ${cpus().length} cores, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Node ${process.version}, load average ${loadavg()[0]?.toFixed(1)} at the end`;
const text = [
  "# Limits of the load generator",
  `Machine: ${machine}.`,
  [
    "| Claim | Seen | Limit | |",
    "| --- | --- | --- | --- |",
    ...rows.map(({ what, seen, limit, holds }) => `| ${what} | ${seen} | ${limit} | ${holds ? "holds" : "**does not hold**"} |`),
  ].join("\n"),
].join("\n\n");
process.stdout.write(`${text}\n`);
if (only === undefined) writeFileSync(join(import.meta.dirname, "../results/limits.md"), `${text}\n`);
if (rows.length === 0 || rows.some(({ holds }) => !holds)) process.exitCode = 1;
