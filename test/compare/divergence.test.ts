import { describe, expect, it } from "vitest";
import { compare } from "../../src/compare/index.ts";
import { judge } from "../../src/judge/index.ts";
import type { CellRecord, CheckResult, RunRecord, SequenceScores } from "../../src/model/index.ts";
import { aCell, aRecord, smoke, throughput } from "../fakes/records.ts";

/** Sixteen texts of forty tokens, every log-probability moved by up to `by`. */
function scores(by: number, tokens = "same"): SequenceScores[] {
  return Array.from({ length: 16 }, (_, text) => ({
    id: `question-${text + 1}`,
    tokens,
    logprobs: Array.from({ length: 40 }, (__, i) => -1 - ((text + i) % 5) + by * Math.sin(text * 40 + i)),
  }));
}

function cell(value: string, by: number, tokens?: string): CellRecord {
  const numerics: CheckResult = {
    id: "numerics",
    workload: "prefill against decode",
    status: "passed",
    message: "KL 0.00100 nats a token",
    rows: [],
    metrics: [{ metric: "prefill_decode_kl", workload: "prefill against decode", value: 0.001, unit: "ratio", n: 2_000 }],
    durationMs: 1_000,
    scores: scores(by, tokens),
  };
  return aCell({ "attention-backend": value }, { checks: [smoke(), throughput([1_000]), numerics] });
}

function record(...cells: readonly CellRecord[]): RunRecord {
  return aRecord({
    run: { axes: { "attention-backend": cells.map(({ cell: each }) => each.axes["attention-backend"] ?? "") }, gates: [] },
    cells,
  });
}

describe("log-probabilities of fixed texts", () => {
  it("that lie within the noise of the baseline's pass", () => {
    const comparison = compare(record(cell("fa2", 0.03)), record(cell("fa2", 0)));
    expect(comparison.divergences).toMatchObject([{ against: "baseline", state: "same", tokens: 640, sequences: 16 }]);
    expect(judge(record(cell("fa2", 0.03)), comparison, []).class).toBe("pass");
  });

  it("that are others than the baseline's are a regression, however well the server serves", () => {
    const head = record(cell("fa2", 0.4));
    const verdict = judge(head, compare(head, record(cell("fa2", 0))), []);
    expect(verdict).toMatchObject({ class: "regression", exitCode: 1 });
    expect(verdict.cells[0]?.reason).toMatch(
      /^computes other log-probabilities than the baseline: KL 0\.04\d\d nats a token over 640 tokens of 16 texts/,
    );
  });

  it("between noise and certainty are told of and block nothing", () => {
    const head = record(cell("fa2", 0.12));
    const verdict = judge(head, compare(head, record(cell("fa2", 0))), []);
    expect(verdict.class).toBe("pass");
    expect(verdict.warnings).toEqual([expect.stringMatching(/may compute other log-probabilities than the baseline: KL 0\.00[2-9]/)]);
  });

  it("name the odd one of three cells without a baseline", () => {
    const head = record(cell("fa2", 0), cell("triton", 0.01), cell("cutlass", 0.5));
    const verdict = judge(head, compare(head, { missing: "there is none" }), []);
    expect(verdict.warnings).toEqual([
      expect.stringMatching(
        /^sglang\/attention-backend=cutlass computes other log-probabilities than sglang\/attention-backend=(fa2|triton)/,
      ),
    ]);
  });

  it("of two cells alone accuse neither", () => {
    const head = record(cell("fa2", 0), cell("cutlass", 0.5));
    expect(compare(head, { missing: "there is none" }).divergences).toBeUndefined();
  });

  it("of texts that were tokenised otherwise are not compared", () => {
    const comparison = compare(record(cell("fa2", 0.5, "other")), record(cell("fa2", 0)));
    expect(comparison.divergences).toBeUndefined();
  });
});

describe("greedy answers", () => {
  /** Sixteen plain questions and eight shuffled ones; those in `other` are answered otherwise. */
  function answering(value: string, other: readonly number[], unstable: readonly number[] = []): CellRecord {
    const ids = Array.from({ length: 24 }, (_, i) => (i < 16 ? `question-${i + 1}` : `shuffled-${i - 15}`));
    const texts = ids.map((id, i) => ({ id, text: other.includes(i) ? "3 + 4 = 8. #### 8" : "3 + 4 = 7. #### 7" }));
    const numerics: CheckResult = {
      id: "numerics",
      workload: "prefill against decode",
      status: "skipped",
      message: "no log-probabilities",
      rows: [],
      metrics: [],
      durationMs: 1_000,
      greedy: { texts, unstable: unstable.map((i) => ids[i] ?? "") },
    };
    return aCell({ "attention-backend": value }, { checks: [smoke(), throughput([1_000]), numerics] });
  }
  const upTo = (n: number, from = 0): number[] => Array.from({ length: n }, (_, i) => from + i);

  it("that differ on half of the plain questions are a regression where the server agrees with itself", () => {
    const head = record(answering("fa2", upTo(8)));
    const verdict = judge(head, compare(head, record(answering("fa2", []))), []);
    expect(verdict.class).toBe("regression");
    expect(verdict.cells[0]?.reason).toBe(
      "answers otherwise than the baseline: 8 of 24 greedy answers differ, parting after 4 words (p = 6e-5; 0 of 48 changed when asked again)",
    );
  });

  it("that differ where the model is unsure are told of and block nothing", () => {
    const head = record(answering("fa2", upTo(8, 16)));
    const verdict = judge(head, compare(head, record(answering("fa2", []))), []);
    expect(verdict.class).toBe("pass");
    expect(verdict.warnings).toEqual([expect.stringMatching(/may answer otherwise than the baseline: 8 of 24 greedy answers differ/)]);
  });

  it("are not held against a server that changes its own as often", () => {
    const comparison = compare(record(answering("fa2", upTo(8), upTo(8))), record(answering("fa2", [], upTo(8))));
    expect(comparison.greedy).toMatchObject([{ differing: 8, unstable: 16, state: "same" }]);
  });

  it("part where the shorter ends when it is the beginning of the longer", () => {
    const saying = (text: string): CellRecord => {
      const [given] = answering("fa2", []).launches;
      const checks = (given?.checks ?? []).map((check) =>
        check.greedy === undefined
          ? check
          : { ...check, greedy: { ...check.greedy, texts: check.greedy.texts.map(({ id }) => ({ id, text })) } },
      );
      return aCell({ "attention-backend": "fa2" }, { checks });
    };
    const parted = (before: string, after: string): unknown =>
      compare(record(saying(after)), record(saying(before))).greedy?.[0]?.partAfter;
    expect(parted("one two three", "one two")).toBe(2);
    expect(parted("one two", "one two three")).toBe(2);
    expect(parted("one two", "two")).toBe(0);
    expect(parted("one two", "one two")).toBeUndefined();
  });

  it("name the odd one of three cells", () => {
    const head = record(answering("fa2", []), answering("triton", [3]), answering("cutlass", upTo(12)));
    const { warnings } = judge(head, compare(head, { missing: "there is none" }), []);
    expect(warnings).toEqual([expect.stringMatching(/attention-backend=cutlass answers otherwise than sglang\/attention-backend=/)]);
  });
});
