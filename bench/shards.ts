/**
 * 256 jobs of one cell each, eight metrics a cell: reads, merges, compares, judges and renders every report, as mode `report` does.
 *
 *     node bench/shards.ts            prints one line; exits 1 above 2 s of processor time or 300 MB
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { conclude, readAll } from "../src/flow/index.ts";
import type { MetricValue } from "../src/model/index.ts";
import { formats } from "../src/report/index.ts";
import { aCell, aRecord, smoke } from "../test/fakes/records.ts";

const SHARDS = 256;
const METRICS = ["output_throughput", "request_throughput", "ttft_p50", "ttft_p99", "tpot_p50", "tpot_p99", "itl_p50", "e2el_p50"];
const LIMIT = { ms: 2_000, megabytes: 300 };

function shard(index: number, factor: number): ReturnType<typeof aRecord> {
  const axes = { "attention-backend": `b${index % 16}`, "kv-cache-dtype": `d${Math.floor(index / 16)}` };
  const metrics = METRICS.map((metric, i): MetricValue => {
    const value = (1_000 + index + i) * factor;
    const unit = metric.endsWith("throughput") ? (metric.startsWith("request") ? "requests/s" : "tokens/s") : "ms";
    return { metric, workload: "1024→1024 c=16", value, unit, n: 64, low: value * 0.99, high: value * 1.01 };
  });
  const check = { ...smoke(), id: "throughput", workload: "1024→1024 c=16", message: "", rows: [], metrics } as const;
  return aRecord({
    run: {
      axes: { "attention-backend": [axes["attention-backend"]], "kv-cache-dtype": [axes["kv-cache-dtype"]] },
      checks: ["smoke", "throughput"],
    },
    cells: [aCell(axes, { checks: [smoke(), check] })],
  });
}

const dir = mkdtempSync(join(tmpdir(), "servegate-shards-"));
const write = (side: string, factor: number): string[] =>
  Array.from({ length: SHARDS }, (_, i) => {
    const path = join(dir, side, String(i));
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, "record.json"), JSON.stringify(shard(i, factor)));
    return path;
  });
const [head, base] = [write("head", 0.97), write("base", 1)];
const baseline = await readAll(base);

const before = performance.now();
const cpuBefore = process.cpuUsage();
const record = await readAll(head);
if (!record.ok || !baseline.ok)
  throw new Error(JSON.stringify([record, baseline].flatMap((one) => (one.ok ? [] : one.problems.slice(0, 3)))));
const merged = performance.now();
const conclusion = conclude(record.value, baseline.value);
const judged = performance.now();
const sizes = formats.map((format) => format.render(conclusion.view).length);
const ms = performance.now() - before;
const cpu = process.cpuUsage(cpuBefore);
const cpuMs = (cpu.user + cpu.system) / 1000;
const megabytes = process.resourceUsage().maxRSS / 1024;
rmSync(dir, { recursive: true });

const cells = conclusion.verdict.cells.length;
const parts = `read and merge ${(merged - before).toFixed(0)} ms, compare and judge ${(judged - merged).toFixed(0)} ms, render ${(ms - (judged - before)).toFixed(0)} ms`;
process.stdout.write(
  `${SHARDS} shards, ${cells} cells, ${conclusion.comparison.changes.length} changes: ${ms.toFixed(0)} ms, of the processor ${cpuMs.toFixed(0)} ms (${parts}), ${megabytes.toFixed(0)} MB at most, ${sizes.length} reports\n`,
);
if (cells !== SHARDS || cpuMs > LIMIT.ms || megabytes > LIMIT.megabytes) process.exitCode = 1;
