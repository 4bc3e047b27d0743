import { describe, expect, it } from "vitest";
import { type Limits, answer, pieces } from "../../src/rehearsal/answers/index.ts";
import { solve } from "../../src/rehearsal/answers/arithmetic.ts";
import { Engine } from "../../src/rehearsal/engine.ts";
import { problems } from "./problems.ts";

const QUIET = { strike: undefined, slow: 1, wrongAnswers: 0, drop: 0, garbage: undefined, logprobsError: false } as const;
const LIMITS: Limits = { maxTokens: 30, minTokens: 0, ignoreEos: false, stop: [], leadingSpace: true, seed: 1 };

describe("an answer", () => {
  it("works out both steps", () => {
    expect(solve("Tom has 12 apples. He buys 7 more. He gives away 4. How many apples does Tom have now?")).toMatchObject({
      steps: "12 + 7 = 19. 19 - 4 = 15.",
      answer: 15,
    });
    expect(solve("Mia has 3 boxes with 7 coins in each. A friend gives Mia 5 more. How many coins does Mia have now?")).toMatchObject({
      steps: "3 * 7 = 21. 21 + 5 = 26.",
      answer: 26,
    });
    expect(solve("How many coins are there?")).toBeUndefined();
  });

  it("is right on two hundred problems", () => {
    expect(problems(200).filter((problem) => solve(problem.question)?.answer !== problem.answer)).toEqual([]);
  });

  it("is fluent otherwise: as long as asked, no run of words repeated, the same for the same seed", () => {
    const said = answer("Hello", { ...LIMITS, maxTokens: 400, ignoreEos: true }, QUIET);
    expect([said.pieces.length, said.finish]).toEqual([400, "length"]);
    const triples = said.pieces.slice(2).map((_, index) => said.pieces.slice(index, index + 3).join(""));
    expect(new Set(triples).size).toBeGreaterThan(380);
    expect(answer("Hello", { ...LIMITS, maxTokens: 400, ignoreEos: true }, QUIET)).toEqual(said);
  });

  it.each([
    ["nan", "!".repeat(30), "length"],
    ["empty", "", "stop"],
  ] as const)("can be garbage: %s", (garbage, text, finish) => {
    const said = answer("Hello", LIMITS, { ...QUIET, garbage });
    expect([said.pieces.join(""), said.finish]).toEqual([text, finish]);
  });

  it("can be garbage: the same four words over and over", () => {
    const { pieces: said } = answer("Hello", LIMITS, { ...QUIET, garbage: "repeat" });
    expect(said.slice(4)).toEqual(said.slice(0, -4));
  });

  it("is cut into pieces that give the text again", () => {
    const text = "It's 12 + 7 = 19.  Überall\n\n#### 19";
    expect(pieces(text).join("")).toBe(text);
  });
});

describe("the engine in miniature", () => {
  it("keeps to a schedule that lateness does not shift, and to its number of slots", async () => {
    const engine = new Engine({ firstTokenMs: () => 5, tokenMs: () => 1 }, 2);
    const order: string[] = [];
    const startMs = performance.now();
    await Promise.all(
      ["a", "b", "c"].map(
        (name) =>
          new Promise<void>((resolve) => {
            engine.submit({ promptTokens: 1, length: 50, slow: 1, onToken: (index) => index === 0 && order.push(name), onEnd: resolve });
          }),
      ),
    );
    // Two rounds of 5 + 49 ms; a busy machine may only be later.
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(107);
    expect(order).toEqual(["a", "b", "c"]);
    expect(engine.load()).toEqual({ running: 0, waiting: 0 });
  });

  it("lets nothing through once it is stalled", async () => {
    const engine = new Engine({ firstTokenMs: () => 1, tokenMs: () => 1 }, 2);
    let tokens = 0;
    engine.submit({ promptTokens: 1, length: 5, slow: 1, onToken: () => (tokens += 1), onEnd: () => undefined });
    engine.stall();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect([tokens, engine.load().running]).toEqual([0, 1]);
  });
});
