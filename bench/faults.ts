// Numerical faults × detectors × tokens to detection, on the tiny Llama that the rehearsal server infers with:
// `node bench/faults.ts [FILE]` writes the table (default bench/results/faults.md). Takes some minutes on one core.
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { dirname } from "node:path";
import arithmetic from "../src/checks/accuracy/arithmetic.json" with { type: "json" };
import { extractNumber, sameNumber } from "../src/checks/accuracy/extract.ts";
import { garbage } from "../src/checks/index.ts";
import { measureDivergence } from "../src/checks/numerics/measure.ts";
import type { Score, Scorer, Scores } from "../src/checks/numerics/scorer.ts";
import { KL_BROKEN, KL_NOISE, type SequenceScores } from "../src/model/index.ts";
import { systemClock } from "../src/load/index.ts";
import { Batcher, type Inferred, type ScoredToken, type Wish } from "../src/rehearsal/model/batcher.ts";
import { Llama } from "../src/rehearsal/model/llama.ts";
import { loadTokenizer, loadWeights, modelFolder } from "../src/rehearsal/model/load.ts";
import { NUMERIC_FAULTS, PLAIN, type Variant } from "../src/rehearsal/model/variant.ts";
import { divergence, diverges, mcnemarExact } from "../src/stats/index.ts";

const QUESTIONS = 32;
const BLOCK = 16;
/** Looked at after every block, so that two looks together stay far below 5 %. */
const ALPHA = 0.001;

const folder = modelFolder();
if (folder === undefined) throw new Error("no model");
const weights = loadWeights(folder);
const tokenizer = loadTokenizer(folder);
/** As engines serve: BF16, one kernel for prefill and another one for decode. */
const served: Variant = {
  ...PLAIN,
  attention: "tiled",
  prefillAttention: "one-pass",
  graphs: true,
  ranks: 2,
  rounding: "bfloat16",
};
const { rounding: _, ...exact } = served;

const variants: readonly (readonly [name: string, variant: Variant])[] = [
  ["none: decode in one pass, prefill in tiles", { ...served, attention: "one-pass", prefillAttention: "tiled" }],
  ["none: one rank, other order of sums", { ...served, ranks: 1 }],
  ["none: without graphs", { ...served, graphs: false }],
  ["none: in 32-bit floats", exact],
  ...NUMERIC_FAULTS.map((fault) => [fault, { ...served, faults: [fault] }] as const),
];

/** One engine with a count of the tokens it read and said. */
class Bench {
  tokens = 0;
  readonly #batcher: Batcher;
  #running = false;

  constructor(variant: Variant) {
    this.#batcher = new Batcher(new Llama(weights, variant));
  }

  infer(wish: Partial<Wish>): Promise<Inferred> {
    const whole: Wish = {
      prompt: [],
      maxTokens: 0,
      minTokens: 0,
      ignoreEos: false,
      temperature: 0,
      seed: 1,
      scorePrompt: false,
      top: 1,
      ...wish,
    };
    this.#pump();
    return new Promise((resolve) =>
      this.#batcher.submit(whole, (inferred) => {
        this.tokens += whole.prompt.length + inferred.generated.length;
        resolve(inferred);
      }),
    );
  }

  #pump(): void {
    if (this.#running) return;
    this.#running = true;
    const step = (): void => {
      this.#batcher.step();
      if (this.#batcher.idle) this.#running = false;
      else setImmediate(step);
    };
    setImmediate(step);
  }
}

function scorerOf(bench: Bench): Scorer {
  const score = ({ id, logprob, top }: ScoredToken): Score => ({ id, logprob, best: top[0]?.[0] ?? id });
  const read = async (prompt: readonly number[]): Promise<Scores> => {
    const { prompt: scored } = await bench.infer({ prompt, scorePrompt: true });
    return { ok: true, scores: [{ id: prompt[0] ?? 0 }, ...scored.map(score)] };
  };
  return {
    text: (text) => read(tokenizer.encode(text)),
    read,
    decode: async (prompt, maxTokens, seed) => {
      const { generated } = await bench.infer({ prompt, maxTokens, ignoreEos: true, temperature: 1, seed });
      return { ok: true, scores: generated.map(score) };
    },
  };
}

interface Found {
  readonly text: string;
  readonly caught: boolean;
}

async function byDecode(variant: Variant): Promise<{ found: Found; scores: readonly SequenceScores[] }> {
  const bench = new Bench(variant);
  const config = { batchSizes: [1, 8], tokens: 24, longPrompt: 0, limit: KL_BROKEN };
  const at = { signal: new AbortController().signal, clock: systemClock, progress: () => undefined, baseDir: "." };
  const { groups, scores } = await measureDivergence(scorerOf(bench), config, at);
  const all = divergence(
    groups.flatMap(({ pairs }) => pairs),
    KL_NOISE,
  );
  const first = groups
    .map(({ title, pairs, spent }) => ({ title, spent, found: divergence(pairs, KL_NOISE) }))
    .find(({ found }) => found && diverges(found, KL_BROKEN));
  if (first?.found !== undefined)
    return { found: { caught: true, text: `KL ${first.found.kl.toFixed(5)} in ${first.title}, after ${first.spent} tokens` }, scores };
  if (all === undefined) throw new Error("nothing was decoded");
  return { found: { caught: diverges(all, KL_BROKEN), text: `KL ${all.kl.toExponential(1)} in ${bench.tokens} tokens` }, scores };
}

function byCell(scores: readonly SequenceScores[], reference: readonly SequenceScores[]): Found {
  const pairs = scores.map(({ logprobs }, i) => ({ before: reference[i]?.logprobs ?? [], after: logprobs }));
  const found = divergence(pairs, KL_NOISE);
  if (found === undefined) throw new Error("nothing was scored");
  const kl = found.kl < 0.001 ? found.kl.toExponential(1) : found.kl.toFixed(5);
  return { caught: diverges(found, KL_BROKEN), text: `KL ${kl} in ${found.tokens} tokens` };
}

/** Greedy answers, sixteen at a time, stopped at the first significant loss; and the garbage detectors on the same texts. */
async function byAnswers(variant: Variant, healthy: readonly boolean[]): Promise<{ accuracy: Found; texts: Found; right: boolean[] }> {
  const bench = new Bench(variant);
  const right: boolean[] = [];
  let garbled = 0;
  let firstGarble = 0;
  let detected: string | undefined;
  for (let from = 0; from < QUESTIONS && detected === undefined; from += BLOCK) {
    const block = arithmetic.slice(from, from + BLOCK);
    const answers = await Promise.all(
      block.map(({ question }) => bench.infer({ prompt: tokenizer.encode(`Question: ${question}\nAnswer:`), maxTokens: 64 })),
    );
    for (const [i, { generated }] of answers.entries()) {
      const text = tokenizer.decode(generated.map(({ id }) => id));
      const got = extractNumber(text);
      right.push(got !== undefined && sameNumber(got, block[i]?.answer ?? ""));
      if (garbage(text) === undefined) continue;
      garbled += 1;
      firstGarble ||= bench.tokens;
    }
    const lost = right.filter((each, i) => !each && healthy[i] === true).length;
    const won = right.filter((each, i) => each && healthy[i] === false).length;
    const p = mcnemarExact(lost, won);
    if (healthy.length > 0 && lost > won && p < ALPHA)
      detected = `${lost} lost, ${won} won of ${right.length} in ${bench.tokens} tokens (p = ${p.toExponential(0)})`;
  }
  const share = `${right.filter(Boolean).length} of ${right.length} right in ${bench.tokens} tokens`;
  return {
    right,
    accuracy: { caught: detected !== undefined, text: detected ?? share },
    texts: {
      caught: garbled > 0,
      text: garbled > 0 ? `${garbled} of ${right.length} texts, the first after ${firstGarble} tokens` : `0 of ${right.length} texts`,
    },
  };
}

const healthy = await byAnswers(served, []);
const reference = await byDecode(served);
const mark = ({ caught, text }: Found): string => `${caught ? "**caught**" : "–"} ${text}`;
const rows = [
  `| none: the reference | ${[healthy.texts, reference.found, { caught: false, text: "is the reference" }, healthy.accuracy].map(mark).join(" | ")} |`,
];
for (const [name, variant] of variants) {
  const decode = await byDecode(variant);
  const answers = await byAnswers(variant, healthy.right);
  rows.push(
    `| ${name} | ${[answers.texts, decode.found, byCell(decode.scores, reference.scores), answers.accuracy].map(mark).join(" | ")} |`,
  );
  process.stderr.write(`${rows.at(-1)}\n`);
}

const target = process.argv[2] ?? "bench/results/faults.md";
mkdirSync(dirname(target), { recursive: true });
writeFileSync(
  target,
  `# Numerical faults × detectors

Written by \`node bench/faults.ts\` on ${cpus()[0]?.model.trim() ?? "an unknown processor"}. The server is the rehearsal's tiny Llama as engines serve: BF16, captured graphs, two
ranks, prefill in one pass and decode in tiles. Every fault leaves it answering. Tokens count prompts and answers. "Decode" is the \`numerics\` check, prefill against
decode: plain questions in batches of 1 and 8, then shuffled tokens, 24 tokens each; named is the first group that fails. "Cell" compares the log-probabilities of sixteen
fixed questions and eight shuffled ones with the healthy server's. "Accuracy" pairs word problems with the healthy server's answers (McNemar exact, two-sided p below
${ALPHA} at either of two looks). KL in nats a token, a mean over sequences; caught where it reaches ${KL_BROKEN} and a quarter of the sequences speak for it.

| Fault | Garbage in texts | Decode against prefill | Cell against cell | Paired accuracy |
| --- | --- | --- | --- | --- |
${rows.join("\n")}
`,
);
