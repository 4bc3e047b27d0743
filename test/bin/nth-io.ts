/**
 * Fails the N-th file operation for every N until none fails any more, while a record is written (`record`) or a server is written down,
 * started and stopped (`ledger`). argv: what, folder. Prints the number of failures tried and everything that was wrong afterwards, as JSON.
 */
import { arm, disarm, type FaultKind } from "./failing-io.ts";
import { mkdirSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fold, openRunFolder, readRecord, StorageError } from "../../src/record/index.ts";
import { serve, sweep } from "../../src/shell/index.ts";
import type { Event } from "../../src/model/index.ts";
import { aStream } from "../record/events.ts";

const [, , what = "", root = ""] = process.argv;
const wrong: string[] = [];
const strokes: string[] = [];
const LIMIT = 500;

for (const how of what === "record" ? (["before", "after", "short"] as const) : (["before", "after"] as const)) {
  for (let nth = 1; nth <= LIMIT; nth++) {
    const dir = join(root, `${how}-${nth}`);
    mkdirSync(dir, { recursive: true });
    const found = what === "record" ? await writeRecord(dir, nth, how) : await keepLedger(dir, nth, how);
    if (found.struck === undefined) break;
    strokes.push(found.struck);
    wrong.push(...found.wrong.map((text) => `${how} ${nth} (${found.struck}): ${text}`));
    if (nth === LIMIT) wrong.push(`${how}: no end after ${LIMIT}`);
  }
}
process.stdout.write(JSON.stringify({ tried: strokes.length, kinds: [...new Set(strokes)].sort(), wrong }));

interface Found {
  readonly struck: string | undefined;
  readonly wrong: readonly string[];
}

/** What was acknowledged must be there afterwards, and what is there must be readable; a failure is told as a `StorageError`. */
async function writeRecord(dir: string, nth: number, how: FaultKind): Promise<Found> {
  const kept: Event[] = [];
  const flaws: string[] = [];
  let failed = false;
  arm(nth, how, dir);
  try {
    const folder = await openRunFolder(dir);
    try {
      for (const event of aStream()) {
        folder.append(event);
        if (event.kind !== "progress") kept.push(event);
        const record = fold(kept);
        if (event.kind === "server-stopped" && record !== undefined) await folder.save(record);
      }
    } finally {
      await folder.close();
    }
  } catch (error) {
    failed = true;
    if (!(error instanceof StorageError)) flaws.push(`threw ${String(error)}`);
  }
  const struck = disarm();
  // What is not there yet cannot be looked at, and that is no failure.
  if (struck !== undefined && struck !== "lstat" && how !== "short" && !failed) flaws.push("the failure was not told");
  if (how === "short" && failed) flaws.push("a short write was not finished");
  const read = await readRecord(dir);
  const wanted = fold(kept);
  if (wanted === undefined) return { struck, wrong: flaws };
  if (!read.ok) flaws.push(`cannot be read: ${read.problems.map(({ message }) => message).join("; ")}`);
  else {
    const state = wanted.state === "running" ? "interrupted" : wanted.state;
    if (read.value.run.id !== wanted.run.id) flaws.push("another run is read");
    // An operation that was carried out and reported as failed may have added one event more.
    const launches = (record: typeof wanted): number => record.cells.reduce((sum, cell) => sum + cell.launches.length, 0);
    const lost = launches(wanted) > launches(read.value) || (read.value.state !== state && read.value.state !== "finished");
    if (lost) flaws.push(`holds ${launches(read.value)} launches, ${read.value.state}, of ${launches(wanted)}, ${state}`);
  }
  return { struck, wrong: flaws };
}

/** Whatever fails, no server outlives the stop and the next start finds or makes order. */
async function keepLedger(dir: string, nth: number, how: FaultKind): Promise<Found> {
  const flaws: string[] = [];
  const ledgerDir = join(dir, "ledger");
  const word = `nth-io-${process.pid}-${how}-${nth}`;
  const env = { ...process.env, SERVEGATE_ISOLATION: "tracked" };
  arm(nth, how, dir);
  try {
    const options = { runId: "nth", ledgerDir, logFile: join(dir, "server.log"), inherit: env, env: {} };
    const serving = await serve([process.execPath, "-e", "setInterval(() => {}, 1e3)", word], options);
    if (!("spawnError" in serving)) {
      const { leftovers } = await serving.stop({ graceMs: 2000 });
      flaws.push(...leftovers);
    }
  } catch (error) {
    flaws.push(`threw ${String(error)}`);
  }
  const struck = disarm();
  const alive = readdirSync("/proc").filter((pid) => /^\d+$/.test(pid) && Number(pid) !== process.pid && commandOf(pid).includes(word));
  flaws.push(...alive.map((pid) => `process ${pid} lives on`));
  // An entry of a living owner is left alone, so only one that could not be removed may be here.
  const entries = filesIn(ledgerDir).filter((name) => name.endsWith(".json"));
  if (entries.length > 0 && struck !== "rmSync") flaws.push(`${entries.join(", ")} was left`);
  await sweep(ledgerDir);
  return { struck, wrong: flaws };
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "latin1");
  } catch {
    return "";
  }
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
