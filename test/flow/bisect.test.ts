import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { conclude, execute, prepareText, readyMachine, systemClock } from "../../src/flow/index.ts";
import { effectiveAxes, served, type Event, type RunRecord } from "../../src/model/index.ts";
import { fold } from "../../src/record/index.ts";

const REHEARSAL = [process.execPath, resolve(import.meta.dirname, "../../src/rehearsal/main.ts")];

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "servegate-bisect-"));
});
afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

/** Dies where two of three toggles meet; the matrix holds the two cells where all three are off, and where all three are on. */
async function ran(
  more: string,
  signal = new AbortController(),
  onEvent: (event: Event) => void = () => undefined,
  clock = systemClock,
): Promise<RunRecord> {
  const rules = [{ when: { "all-reduce": "on", "kv-cache-dtype": "fp8" }, at: "graphs", die: "kimi-tma-700" }];
  writeFileSync(join(dir, "pair.yml"), JSON.stringify({ dialect: "vllm", version: "0.28.0", speed: 2_000, rules }));
  const text = `version: 1
engine: rehearsal
engine-version: "0.28.0"
rehearsal: { dialect: vllm, scenario: ${join(dir, "pair.yml")} }
model: tiny
launch: { args: [--tensor-parallel-size, "8"], ready-timeout: 1m }
matrix:
  include:
    - { custom-all-reduce: off, kv-cache-dtype: auto, prefix-caching: off }
    - { custom-all-reduce: on, kv-cache-dtype: fp8, prefix-caching: on }
smoke: {}
${more}
`;
  const context = { clock, signal: signal.signal, env: process.env };
  const read = await prepareText(text, { file: "servegate.yml", baseDir: dir, site: { rehearsal: REHEARSAL }, askVersion: false }, context);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const machine = await readyMachine(read.value, join(dir, "ledger"), context);
  if (!machine.ok) throw new Error("the rehearsal asks nothing of the machine");
  const request = { prepared: read.value, machine: machine.value, outDir: join(dir, "out"), ledgerDir: join(dir, "ledger"), secrets: [] };
  return execute({ ...request, onEvent }, context);
}

const told = (record: RunRecord): string | undefined => conclude(record, { missing: "none" }).verdict.attributions[0]?.sentence;

describe("bisecting toggles", { timeout: 240_000 }, () => {
  it("names the pair that crashes out of three toggles, with four of the six launches that are left, and the record replays to the same", async () => {
    const record = await ran("bisect: 10");
    expect((record.bisected ?? []).map((cell) => [Object.values(effectiveAxes(cell)).join(), served(cell)])).toMatchInlineSnapshot(`
      [
        [
          "off,fp8,on",
          true,
        ],
        [
          "on,auto,off",
          true,
        ],
        [
          "on,auto,on",
          true,
        ],
        [
          "on,fp8,off",
          false,
        ],
      ]
    `);
    expect(told(record)).toMatch(/^fails iff custom-all-reduce=on and kv-cache-dtype=fp8 \(2 of 2 cells; 0 of 4 others\)/);
    expect(record.cells).toHaveLength(2);
    const lines = readFileSync(join(dir, "out/events.jsonl"), "utf8").trim().split("\n");
    expect(fold(lines.map((line) => JSON.parse(line) as Event))).toEqual(record);
  });

  it("is not done unless asked, and stops at the number asked", async () => {
    expect((await ran("")).bisected).toBeUndefined();
    expect((await ran("bisect: 1")).bisected).toHaveLength(1);
  });

  it("starts nothing that would not end within the budget", async () => {
    // A clock that moves half a minute whenever it is read: by the end of the matrix the minute is over.
    let late = 0;
    const slow = { ...systemClock, timestamp: () => new Date(Date.UTC(2026, 0, 1) + 30_000 * late++).toISOString() };
    const within = async (minutes: number): Promise<number> =>
      (await ran(`bisect: 10\nbudget: { minutes: ${minutes} }`, undefined, undefined, slow)).bisected?.length ?? 0;
    expect(await within(1)).toBe(0);
    expect(await within(100)).toBe(4);
  });

  it("stops when the run is cancelled, and keeps what it has", async () => {
    const signal = new AbortController();
    const record = await ran("bisect: 10", signal, (event) => {
      if (event.kind === "cell-bisected") signal.abort();
    });
    expect(record.bisected).toHaveLength(1);
  });
});
