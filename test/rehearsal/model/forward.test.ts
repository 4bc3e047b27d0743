import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { Batcher, type Inferred, type Wish } from "../../../src/rehearsal/model/batcher.ts";
import { roundToBf16 } from "../../../src/rehearsal/model/bf16.ts";
import { roundToE4m3 } from "../../../src/rehearsal/model/fp8.ts";
import { Llama } from "../../../src/rehearsal/model/llama.ts";
import { loadTokenizer, loadWeights, modelFolder } from "../../../src/rehearsal/model/load.ts";
import { PLAIN, type Variant } from "../../../src/rehearsal/model/variant.ts";

const folder = modelFolder() ?? "";
const weights = loadWeights(folder);
const tokenizer = loadTokenizer(folder);
const vectors = JSON.parse(readFileSync(resolve(import.meta.dirname, "vectors.json"), "utf8")) as {
  text: string | null;
  ids: number[];
  logprobs: number[];
}[];

/** `groups` are answered one after the other by one engine, the wishes of a group together. */
function infer(variant: Partial<Variant>, ...groups: (readonly Partial<Wish>[])[]): Inferred[] {
  const batcher = new Batcher(new Llama(weights, { ...PLAIN, ...variant }));
  const results: Inferred[] = [];
  const base: Wish = { prompt: [], maxTokens: 0, minTokens: 0, ignoreEos: false, temperature: 0, seed: 1, scorePrompt: false, top: 1 };
  for (const wishes of groups) {
    const start = results.length;
    for (const [i, wish] of wishes.entries()) batcher.submit({ ...base, ...wish }, (inferred) => (results[start + i] = inferred));
    while (!batcher.idle) batcher.step();
  }
  return results;
}

function prompt(question: string): number[] {
  return tokenizer.encode(`Question: ${question}\nAnswer:`);
}

const QUESTION = "Tom has 12 apples. He buys 7 more. He gives away 4. How many apples does Tom have now?";

describe("the forward pass", () => {
  it("cuts text into the tokens that the reference tokenizer gives", () => {
    const texts = vectors.filter(({ text }) => text !== null);
    expect(texts.map(({ text }) => tokenizer.encode(text ?? ""))).toEqual(texts.map(({ ids }) => ids));
  });

  it.each([
    ["one pass", {}],
    ["tiles and two ranks", { attention: "tiled", ranks: 2 }],
  ] as const)("agrees with PyTorch to a thousandth on fifty prompts (%s)", (_, variant) => {
    expect(vectors).toHaveLength(50);
    const results = infer(
      variant,
      vectors.map(({ ids }) => ({ prompt: ids, scorePrompt: true })),
    );
    const worst = vectors.map(({ logprobs }, i) =>
      Math.max(...logprobs.map((logprob, k) => Math.abs(logprob - (results[i]?.prompt[k]?.logprob ?? Infinity)))),
    );
    expect(Math.max(...worst)).toBeLessThan(1e-3);
  });

  it("solves a word problem", () => {
    const [answer] = infer({}, [{ prompt: prompt(QUESTION), maxTokens: 64 }]);
    expect(tokenizer.decode(answer!.generated.map(({ id }) => id))).toBe(" 12 + 7 = 19. 19 - 4 = 15. #### 15");
    expect(answer?.finish).toBe("stop");
  });
});

describe("healthy variants", () => {
  // Two tiles and a bit at the end.
  const wishes = Array.from({ length: 3 }, (_, i) => ({
    prompt: prompt(`${"Ana has 1 pen. ".repeat(i + 1)}${QUESTION}`),
    maxTokens: 16,
    ignoreEos: true,
    temperature: 1,
    seed: i,
  }));

  it.each<Partial<Variant>>([{ graphs: true }, { attention: "tiled", graphs: true, ranks: 2 }])("decode as they prefill: %o", (variant) =>
    expect(divergence(variant, wishes)).toBeLessThan(1e-6),
  );

  it("differ by less than engines in BF16 may, with another kernel and another order of sums", () => {
    const texts = vectors.slice(-10).map(({ ids }) => ({ prompt: ids, scorePrompt: true }));
    const [plain, other] = [
      infer({ rounding: "bfloat16" }, texts),
      infer({ rounding: "bfloat16", prefillAttention: "tiled", ranks: 2 }, texts),
    ];
    const found = k3(plain, other);
    expect(found).toBeLessThan(0.0025);
    expect(found).toBeGreaterThan(1e-7);
  });

  it.each<Variant["faults"][number]>(["stale-metadata", "dropped-tile", "racy-all-reduce", "fp8-kv"])(
    "and %s makes decode disagree with prefill",
    (fault) => expect(divergence({ attention: "tiled", graphs: true, ranks: 2, faults: [fault] }, wishes)).toBeGreaterThan(1e-5),
  );

  it("cannot tell a wrong scale this way, for prefill shares it; another cell can", () => {
    expect(divergence({ faults: ["wrong-scale"] }, wishes)).toBeLessThan(1e-6);
    const texts = vectors.slice(0, 5).map(({ ids }) => ({ prompt: ids, scorePrompt: true }));
    const [healthy, faulty] = [infer({}, texts), infer({ faults: ["wrong-scale"] }, texts)];
    expect(k3(healthy, faulty)).toBeGreaterThan(0.01);
  });

  /** Mean k3 of what was decoded against the same ids read as a prompt. */
  function divergence(variant: Partial<Variant>, asked: readonly Partial<Wish>[]): number {
    // The same batch shape a second time, with other sequences in its rows: what is kept from the first time is then wrong.
    const turned = asked.toReversed();
    const decoded = infer(variant, asked, turned);
    const all = [...asked, ...turned];
    const again = infer(
      variant,
      decoded.map(({ generated }, i) => ({ prompt: [...(all[i]?.prompt ?? []), ...generated.map(({ id }) => id)], scorePrompt: true })),
    );
    const terms = decoded.flatMap(({ generated }, i) => {
      const start = (all[i]?.prompt?.length ?? 0) - 1;
      return generated.map(({ logprob }, k) => term((again[i]?.prompt[start + k]?.logprob ?? Infinity) - logprob));
    });
    return terms.reduce((sum, value) => sum + value, 0) / terms.length;
  }

  function k3(one: readonly Inferred[], other: readonly Inferred[]): number {
    const [before, after] = [one, other].map((all) => all.flatMap(({ prompt: p }) => p.map(({ logprob }) => logprob)));
    return (before ?? []).reduce((sum, logprob, i) => sum + term((after?.[i] ?? Infinity) - logprob), 0) / (before?.length ?? 0);
  }

  function term(difference: number): number {
    return Math.exp(difference) - 1 - difference;
  }
});

it("rounds to BF16 with ties to even, and leaves what is no number", () => {
  const values = Float32Array.of(1, 1 + 2 ** -9, 1 + 2 ** -8, 1 + 3 * 2 ** -8, -3.14159, Infinity, NaN, 7);
  roundToBf16(values, 7);
  expect([...values]).toEqual([1, 1, 1, 1 + 2 ** -6, -3.140625, Infinity, NaN, 7]);
});

describe("FP8 E4M3", () => {
  it.each([
    [0, 0],
    [1, 1],
    [1.0624, 1],
    [1.0625, 1],
    [1.1875, 1.25],
    [-3.3, -3.25],
    [1000, 448],
    [0.001, 0.001953125],
    [0.0009, 0],
  ])("rounds %f to %f", (value, rounded) => expect(roundToE4m3(value)).toBe(rounded));
});
