/**
 * Tokens a second of the tiny Llama on one core, in one thread; written to bench/results/tokens.md.
 *
 *     node bench/tokens.ts
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import arithmetic from "../src/checks/accuracy/arithmetic.json" with { type: "json" };
import { Batcher } from "../src/rehearsal/model/batcher.ts";
import { Llama } from "../src/rehearsal/model/llama.ts";
import { loadTokenizer, loadWeights, modelFolder } from "../src/rehearsal/model/load.ts";
import { PLAIN, type Variant } from "../src/rehearsal/model/variant.ts";
import { quantile, sorted } from "../src/stats/index.ts";

const LIMIT = 200;
const RUNS = 5;
const TOKENS = 128;

const folder = modelFolder();
if (folder === undefined) throw new Error("no model");
const weights = loadWeights(folder);
const tokenizer = loadTokenizer(folder);
const prompt = tokenizer.encode(`Question: ${arithmetic[0]?.question ?? ""}\nAnswer:`);
const served: Variant = { ...PLAIN, attention: "tiled", graphs: true, ranks: 2 };

/** Tokens of processor time, not of wall time: what else runs on the machine does not count. */
function perSecond(variant: Variant, atOnce: number, wish: "decode" | "prefill"): number {
  const batcher = new Batcher(new Llama(weights, variant));
  const long = Array.from({ length: 512 }, (_, i) => prompt[i % prompt.length] ?? 0);
  const base = { minTokens: 0, ignoreEos: true, temperature: 0, top: 1 };
  for (let i = 0; i < atOnce; i += 1)
    batcher.submit(
      wish === "decode"
        ? { ...base, prompt, maxTokens: TOKENS, seed: i, scorePrompt: false }
        : { ...base, prompt: long, maxTokens: 0, seed: i, scorePrompt: true },
      () => undefined,
    );
  const before = process.cpuUsage();
  while (!batcher.idle) batcher.step();
  const { user, system } = process.cpuUsage(before);
  return (1e6 * atOnce * (wish === "decode" ? TOKENS : long.length)) / (user + system);
}

const rows = (
  [
    ["decode, one sequence", PLAIN, 1, "decode"],
    ["decode, one sequence, tiles, graphs and two ranks", served, 1, "decode"],
    ["decode, eight at once", PLAIN, 8, "decode"],
    ["prefill with scores, 512 tokens", PLAIN, 1, "prefill"],
  ] as const
).map(([name, variant, atOnce, wish]) => {
  perSecond(variant, atOnce, wish);
  const found = sorted(Array.from({ length: RUNS }, () => perSecond(variant, atOnce, wish)));
  const [low, median, high] = [0, 0.5, 1].map((at) => quantile(found, at) ?? Number.NaN);
  const row = `| ${name} | ${median?.toFixed(0)} (${low?.toFixed(0)}–${high?.toFixed(0)}) | ${((median ?? 0) / LIMIT).toFixed(1)}× |`;
  process.stderr.write(`${row}\n`);
  return row;
});

mkdirSync("bench/results", { recursive: true });
writeFileSync(
  "bench/results/tokens.md",
  `# Tokens a second of the rehearsal's tiny Llama

Written by \`node bench/tokens.ts\` on ${cpus()[0]?.model.trim() ?? "an unknown processor"}, Node ${process.version}, load average ${loadavg()[0]?.toFixed(1)}: one thread, tokens per second of processor time,
median of ${RUNS} runs with the least and the most. The limit is ${LIMIT} tokens a second on one core.

| What | Tokens a second | Of the limit |
| --- | --- | --- |
${rows.join("\n")}
`,
);
