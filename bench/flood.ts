/* oxlint-disable no-console -- a program for people */
/**
 * A server that prints without end: whole runs of a scripted server that says nothing, one GiB in lines, and one GiB in one line, each in a
 * process of its own with a small heap. Prints what became of the run, the log on disk and the memory, and writes bench/results/flood.md.
 *
 *     node bench/flood.ts [MiB, default 1024]
 */
import { execFile } from "node:child_process";
import { openSync, readSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import type { Fault } from "../test/bin/faulty.ts";
import { openBox } from "../test/faults/box.ts";

const MEBIBYTES = Number(process.argv[2] ?? 1024);
const RUN = resolve(import.meta.dirname, "../test/bin/run-box.ts");
/** A collector on a large machine lets garbage lie; under this limit what grows with the log would end the run. */
const SMALL_HEAP = ["--max-old-space-size=96", "--max-semi-space-size=8"];
const CAP_MIB = 256;
const LAST = "the last line of the flood";

interface Flooded {
  readonly outcomes: readonly string[];
  readonly peakMib: number;
  readonly storedMib: number;
  readonly hasEnd: boolean;
  readonly seconds: number;
}

const rows: string[] = [];
let sound = true;
for (const [name, floods] of [
  ["nothing", undefined],
  [`${MEBIBYTES} MiB in lines of 1 KiB`, { mebibytes: MEBIBYTES }],
  [`${MEBIBYTES} MiB in one line`, { mebibytes: MEBIBYTES, oneLine: true }],
] as const) {
  const { outcomes, peakMib, storedMib, hasEnd, seconds } = await flooded(floods);
  sound &&= outcomes.join() === "measured" && storedMib <= CAP_MIB + 1 && (floods === undefined || hasEnd);
  const end = floods === undefined ? "–" : hasEnd ? "yes" : "no";
  rows.push(`| ${name} | ${outcomes.join(", ")} | ${storedMib.toFixed(1)} | ${end} | ${peakMib.toFixed(0)} | ${seconds.toFixed(1)} |`);
  console.log(rows.at(-1));
}

const text = `# A server that prints without end

Whole runs of a scripted server (two questions, then its stop), each in a process of its own whose heap may hold 96 MB. The log on disk may reach ${CAP_MIB} MiB: half for its
beginning, half for its end. Memory is the peak of the whole process as the kernel counts it.

| the server prints | the run | log on disk, MiB | its last line is in the log | peak memory, MiB | seconds |
| --- | --- | --- | --- | --- | --- |
${rows.join("\n")}

Measured with \`node bench/flood.ts ${MEBIBYTES}\` at low priority on a busy machine: the seconds say how long it may take, not how fast it is.
`;
writeFileSync(resolve(import.meta.dirname, "results/flood.md"), text);
console.log(text);
process.exitCode = sound ? 0 : 1;

async function flooded(floods: Fault["floods"]): Promise<Flooded> {
  const box = await openBox({
    server: floods === undefined ? {} : { floods },
    config: { accuracy: "[{ dataset: arithmetic, questions: 2 }]", throughput: "" },
    launch: "ready-timeout: 600s, stall-timeout: 300s",
  });
  try {
    writeFileSync(join(box.dir, "box.json"), JSON.stringify({ env: box.env, config: box.config }));
    const startedMs = performance.now();
    const { stdout } = await promisify(execFile)(process.execPath, [...SMALL_HEAP, RUN, box.dir]);
    const seconds = (performance.now() - startedMs) / 1000;
    const told = JSON.parse(stdout) as { readonly outcomes: readonly string[]; readonly peakKib: number };
    const logs = readdirSync(box.outDir, { recursive: true, encoding: "utf8" })
      .filter((name) => name.includes("server.log"))
      .map((name) => join(box.outDir, name));
    const storedMib = logs.reduce((sum, file) => sum + statSync(file).size, 0) / 2 ** 20;
    return { outcomes: told.outcomes, peakMib: told.peakKib / 1024, storedMib, hasEnd: logs.some(endsWithLast), seconds };
  } finally {
    rmSync(box.dir, { recursive: true, force: true });
    await box.github.stop();
  }
}

/** The server says more when it is asked and stopped, so the line stands in the last MiB and not at its very end. */
function endsWithLast(file: string): boolean {
  const { size } = statSync(file);
  const tail = Buffer.alloc(Math.min(size, 2 ** 20));
  readSync(openSync(file, "r"), tail, 0, tail.length, size - tail.length);
  return tail.includes(LAST);
}
