import { describe, expect, it } from "vitest";
import { parseWorkload, tokenPrompt } from "../../src/load/index.ts";

describe("a workload file", () => {
  it.each([
    ["a text prompt", '{"prompt": "Hello", "output_tokens": 5}', { prompt: "Hello", outputTokens: 5 }],
    ["token ids", '{"input_ids": [1, 2, 3]}', { prompt: [1, 2, 3] }],
    ["chat messages", '{"messages": [{"role": "user", "content": "Hi"}]}', { messages: [{ role: "user", content: "Hi" }] }],
    [
      "a line of a Mooncake trace",
      '{"timestamp": 1500, "input_length": 1024, "output_length": 52, "hash_ids": [46, 47]}',
      { atMs: 1500, inputTokens: 1024, outputTokens: 52, blocks: [46, 47] },
    ],
    [
      "a ShareGPT document",
      '[{"id": "x", "conversations": [{"from": "human", "value": "Hello there"}, {"from": "gpt", "value": "One two three"}]}]',
      { prompt: "Hello there", outputTokens: 4 },
    ],
  ])("is read as %s", (_, text, item) => {
    expect(parseWorkload(text, "w")).toEqual({ items: [item], problems: [] });
  });

  it("skips conversations that the model began, as everybody does", () => {
    const text = JSON.stringify([
      {
        conversations: [
          { from: "gpt", value: "a" },
          { from: "human", value: "b" },
        ],
      },
      { prompt: "c" },
    ]);
    expect(parseWorkload(text, "w").items).toEqual([{ prompt: "c" }]);
  });

  it("names the lines that hold no request, all of them", () => {
    const { problems } = parseWorkload('{"prompt": "a"}\nnonsense\n{"max_tokens": 5}\n', "w.jsonl");
    expect(problems.map(({ path }) => path)).toEqual(["w.jsonl:2", "w.jsonl:3"]);
  });

  it("refuses timestamps that go back, and an empty file", () => {
    const line = (timestamp: number): string => `${JSON.stringify({ input_length: 5, timestamp })}\n`;
    expect(parseWorkload(line(5) + line(3), "w").problems[0]).toMatchObject({ path: "w:2" });
    expect(parseWorkload("\n", "w").problems).toHaveLength(1);
  });

  it("gives prompts that share exactly the blocks that the trace shares", () => {
    const items = [
      { inputTokens: 1_500, blocks: [1, 2, 3] },
      { inputTokens: 1_500, blocks: [1, 2, 4] },
      { inputTokens: 1_500, blocks: [1, 5, 6] },
    ];
    const prompts = [0, 1, 2].map((index) => tokenPrompt({ tokens: 8, pass: "x", items }, 1, index));
    const common = (a = 0, b = 0): number => (prompts[a] ?? []).findIndex((id, i) => id !== prompts[b]?.[i]);
    expect([common(0, 1), common(0, 2)]).toEqual([1_024, 512]);
    expect(prompts.map(({ length }) => length)).toEqual([1_500, 1_500, 1_500]);
  });
});

describe("prompts of other shapes", () => {
  const indices = Array.from({ length: 2_000 }, (_, i) => i);

  it("share one of the beginnings asked for and nothing after it", () => {
    const prompts = { tokens: 40, pass: "x", prefix: { tokens: 24, groups: 3 } };
    const made = indices.slice(0, 60).map((index) => tokenPrompt(prompts, 1, index));
    expect(new Set(made.map((ids) => ids.slice(0, 24).join())).size).toBe(3);
    expect(new Set(made.map((ids) => ids.slice(0, 25).join())).size).toBe(60);
    expect(made.every(({ length }) => length === 40)).toBe(true);
  });

  it("have lengths of the law asked for", () => {
    const uniform = indices.map(
      (index) => tokenPrompt({ tokens: 100, pass: "x", lengths: { kind: "uniform", share: 0.5 } }, 1, index).length,
    );
    expect([Math.min(...uniform), Math.max(...uniform)]).toEqual([50, 150]);
    const normal = indices.map(
      (index) => tokenPrompt({ tokens: 100, pass: "x", lengths: { kind: "normal", deviation: 10 } }, 1, index).length,
    );
    const mean = normal.reduce((sum, length) => sum + length, 0) / normal.length;
    expect(mean).toBeGreaterThan(98);
    expect(mean).toBeLessThan(102);
    expect(normal.filter((length) => Math.abs(length - 100) <= 10).length / normal.length).toBeCloseTo(0.7, 1);
  });
});
