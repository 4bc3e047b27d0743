import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { conclude, execute, keptBaseline, otherSide, prepareText, readyMachine, systemClock, type Prepared } from "../../src/flow/index.ts";
import type { RunRecord } from "../../src/model/index.ts";

const REHEARSAL = [process.execPath, resolve(import.meta.dirname, "../../src/rehearsal/main.ts")];

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "servegate-turns-"));
});
afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

const context = { clock: systemClock, signal: new AbortController().signal, env: process.env };

async function prepared(text: string): Promise<Prepared> {
  const request = { file: "servegate.yml", baseDir: dir, site: { rehearsal: REHEARSAL }, askVersion: false };
  const read = await prepareText(text, request, context);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.value;
}

async function runIn(outDir: string, config: Prepared): Promise<RunRecord> {
  const machine = await readyMachine(config, join(dir, "ledger"), context);
  if (!machine.ok) throw new Error("the rehearsal asks nothing of the machine");
  return execute({ prepared: config, machine: machine.value, outDir, ledgerDir: join(dir, "ledger"), secrets: [] }, context);
}

const COMMON = `version: 1
engine: rehearsal
model: tiny
launch: { ready-timeout: 1m, stall-timeout: 20s, request-timeout: 20s, args: [--tp, "8"] }
throughput: [{ input: 32, output: 8, concurrency: [2], requests: 4 }]
`;

function kinds(folder: string): { kind: string; at: string }[] {
  return readFileSync(join(folder, "events.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line): { kind: string; at: string } => JSON.parse(line) as { kind: string; at: string });
}

describe("a base that is rebuilt", { timeout: 120_000 }, () => {
  const turns = (base: readonly string[], launches: number): string =>
    `${COMMON}launches: ${launches}
rehearsal: { dialect: sglang, scenario: healthy }
gates: [output_throughput drops no more than 60%]
baseline: { rebuild: { base: ${JSON.stringify(base)}, head: ${JSON.stringify(REHEARSAL)} } }
`;

  it("is launched in turns with the head, mirrored every other round, and compared pair by pair", async () => {
    const config = await prepared(turns(REHEARSAL, 2));
    const out = join(dir, "out");
    const head = await runIn(out, config);
    const base = await otherSide(config, { missing: "" }, out);
    const order = [
      ...kinds(out).map((each) => ({ ...each, side: "head" })),
      ...kinds(join(out, "baseline")).map((each) => ({ ...each, side: "base" })),
    ]
      .filter((each) => each.kind === "launch-started")
      .sort((a, b) => (a.at < b.at ? -1 : 1))
      .map((each) => each.side);
    expect([
      ["head", "base", "base", "head"],
      ["base", "head", "head", "base"],
    ]).toContainEqual(order);
    const conclusion = conclude(head, base);
    expect(conclusion.comparison.changes[0]?.error).toMatchObject({ pairs: 2 });
    expect(conclusion.comparison.baseline).toMatchObject({ state: "found", run: `${head.run.id}-base` });
    expect(conclude(head, (await keptBaseline(out)) ?? { missing: "" })).toEqual(conclusion);
  });

  it("voids a pair that the machine spoiled, on both sides, and launches it again", async () => {
    const script = join(dir, "full-once.sh");
    const mark = join(dir, "was-full");
    const dead = `echo "OSError: [Errno 28] No space left on device"; exit 1`;
    writeFileSync(script, `if [ ! -e ${mark} ]; then touch ${mark}; ${dead}; fi\nexec ${REHEARSAL.join(" ")} "$@"\n`);
    const config = await prepared(turns(["/bin/sh", script], 1));
    const out = join(dir, "out");
    const head = await runIn(out, config);
    const base = (await otherSide(config, { missing: "" }, out)) as RunRecord;
    for (const side of [head, base]) {
      expect(side.cells[0]?.voided?.map((each) => each.launch.number)).toEqual([1]);
      expect(side.cells[0]?.launches.map((launch) => [launch.number, launch.outcome.state])).toEqual([[2, "measured"]]);
    }
    expect(conclude(head, base).verdict.warnings.join()).toContain("launch 1 was spoiled by the machine and does not count: base:");
    expect(conclude(head, base).verdict.cells[0]?.class).not.toBe("infra");
  });
});

describe("the remedy ladder", { timeout: 120_000 }, () => {
  it("finds that custom all-reduce off serves the model that crashes in graph capture", async () => {
    const config = await prepared(`${COMMON.replace("--tp", "-tp")}rehearsal: { dialect: vllm, scenario: vllm-kimi-k2 }
matrix: { custom-all-reduce: [on], kv-cache-dtype: [fp8], max-sequences: [128] }
remedies: 4
`);
    const record = await runIn(join(dir, "out"), config);
    expect(record.remedies).toMatchObject([{ found: "custom-all-reduce=off", trials: [{ outcome: "served" }] }]);
    expect(record.cells[0]?.launches).toHaveLength(1);
    expect(conclude(record, { missing: "none" }).verdict.warnings.join()).toMatch(/serves with custom-all-reduce=off .*tokens\/s/);
  });

  it("says when nothing helps, and stops at its budget", async () => {
    const scenario = join(dir, "dead.yml");
    writeFileSync(scenario, "rules: [{ when: {}, at: graphs, die: kimi-tma-700 }]\n");
    const config = await prepared(`${COMMON.replace("--tp", "-tp")}rehearsal: { dialect: vllm, scenario: ${scenario} }
remedies: 2
`);
    const record = await runIn(join(dir, "out"), config);
    expect(record.remedies?.[0]).not.toHaveProperty("found");
    expect(record.remedies?.[0]?.trials.filter((trial) => trial.outcome === "failed")).toHaveLength(2);
  });
});
