import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { extractNumber, sameNumber } from "../../src/checks/accuracy/extract.ts";
import { readDataset } from "../../src/checks/accuracy/dataset.ts";
import { extractLetter, grade, questionText } from "../../src/checks/accuracy/grade.ts";
import { startFake, type Fake, type Script } from "../fakes/openai-server.ts";
import { aConfig, runCheck } from "./run-check.ts";

let fake: Fake | undefined;
afterEach(() => fake?.close());

describe("the number an answer ends in", () => {
  it.each([
    ["3 * 7 = 21. 21 + 12 = 33. #### 33", "33"],
    ["#### 1,234", "1234"],
    ["so #### $18.00.", "18"],
    ["#### -5", "-5"],
    ["#### 7 apples, 3 of them red", "7"],
    ["First 12, then 15 in all.", "15"],
    ["It costs $2,500.50.", "2500.5"],
    ["The answer is 42.", "42"],
    ["007", "7"],
    ["a -0 b", "0"],
    [" 5.\nQuestion: Tom has 9 eggs. How many?\nAnswer: 9", "5"],
    ["<think>maybe 3, or 4</think> It is 8", "8"],
    ["#### unknown", undefined],
    ["no number at all", undefined],
    ["", undefined],
  ])("of %j is %j", (text, number) => {
    expect(extractNumber(text)).toBe(number);
  });

  it("is compared as a number, not as text", () => {
    expect([sameNumber("1,000", "1000.0"), sameNumber("$7", "7"), sameNumber("10", "1")]).toEqual([true, true, false]);
  });
});

describe("the letter an answer settles on", () => {
  const choices = ["Paris", "A dog", "Rome", "None"];
  it.each([
    ["The answer is B.", "B"],
    ["Answer: C", "C"],
    ["**Answer:** (D)", "D"],
    ["First I thought the answer is A. No: the answer is B", "B"],
    ["\\boxed{C}", "C"],
    ["B", "B"],
    ["C) Rome", "C"],
    ["A dog is what it is", undefined],
    ["rome.", "C"],
    ["The answer is E", undefined],
    ["The answer is a matter of taste", undefined],
    ["", undefined],
  ])("of %j is %j", (text, found) => expect(extractLetter(text, choices)).toBe(found));
});

describe("an answer in JSON", () => {
  const schema = {
    type: "object",
    properties: { city: { type: "string" }, days: { type: "integer" } },
    required: ["city"],
    additionalProperties: false,
  };
  const question = { id: "1", question: "Book Rome.", answer: "", schema };
  it.each([
    ['{"city": "Rome", "days": 3}', true],
    ['```json\n{"city": "Rome"}\n```', true],
    ['<think>{"x": 1}</think>{"city": "Rome"}', true],
    ['{"city": 7}', false],
    ['{"city": "Rome", "hotel": true}', false],
    ['{"city": "Rome"', false],
    ['Sure: {"city": "Rome"}', false],
  ])("%s is right: %s", (text, right) => expect(grade(question, { text }).right).toBe(right));

  it("is asked for with the schema, and a choice with its letters", () => {
    expect(questionText(question)).toContain('"required":["city"]');
    expect(questionText({ id: "2", question: "Capital?", answer: "A", choices: ["Paris", "Rome"] })).toContain("A) Paris\nB) Rome\n");
  });
});

function fetching(baseDir: string): Parameters<typeof readDataset>[1] {
  return { baseDir, signal: new AbortController().signal };
}

describe("a dataset", () => {
  async function read(text: string): Promise<unknown> {
    const folder = await mkdtemp(join(tmpdir(), "servegate-"));
    await writeFile(join(folder, "own.jsonl"), text);
    const dataset = await readDataset("own.jsonl", fetching(folder));
    await rm(folder, { recursive: true });
    return dataset;
  }

  it("may be a file beside the configuration, with the answers of GSM8K", async () => {
    const lines = ['{"id": "a", "question": "q?", "answer": "so #### 1,200"}', "", '{"question": "r?", "answer": 7}'];
    expect(await read(lines.join("\n"))).toEqual({
      ok: true,
      questions: [
        { id: "a", question: "q?", answer: "1200", worked: "so #### 1,200" },
        { id: "line-3", question: "r?", answer: "7", worked: "7" },
      ],
    });
  });

  it.each([
    ["not JSON", '{"question": '],
    ["without a number", '{"question": "q?", "answer": "yes"}'],
    ["without a question", '{"answer": "1"}'],
    ["with two equal ids", '{"id":1,"question":"q","answer":1}\n{"id":"1","question":"r","answer":2}'],
    ["that is empty", "\n"],
  ])("%s says so instead of being scored", async (_, text) => {
    expect(await read(text)).toMatchObject({ ok: false, reason: expect.stringContaining("own.jsonl") as string });
  });

  it("may hold choices with a letter or an index, and schemas", async () => {
    const lines = [
      '{"id":"m","question":"q","choices":["x","y"],"answer":1}',
      '{"id":"n","question":"q","choices":["x","y"],"answer":"a"}',
      '{"id":"j","question":"q","schema":{"type":"integer"}}',
    ];
    expect(await read(lines.join("\n"))).toMatchObject({
      ok: true,
      questions: [{ answer: "B" }, { answer: "A" }, { schema: { type: "integer" } }],
    });
    expect(await read('{"question":"q","choices":["x","y"],"answer":"C"}')).toMatchObject({
      ok: false,
      reason: expect.stringContaining("answer must be the letter") as string,
    });
    expect(await read('{"question":"q","schema":{"type":"nonsense"}}')).toMatchObject({
      ok: false,
      reason: expect.stringContaining("schema cannot be used") as string,
    });
  });

  it("is not asked when it is another file than the checksum says", async () => {
    const folder = await mkdtemp(join(tmpdir(), "servegate-"));
    await writeFile(join(folder, "own.jsonl"), '{"question":"q","answer":1}');
    const right = "7b2d1f";
    expect(await readDataset("own.jsonl", fetching(folder), right.padEnd(64, "0"))).toMatchObject({
      ok: false,
      reason: expect.stringContaining("SHA-256") as string,
    });
    const told = /its SHA-256 is (\w+)/.exec(JSON.stringify(await readDataset("own.jsonl", fetching(folder), "0".repeat(64))))?.[1];
    expect(await readDataset("own.jsonl", fetching(folder), told?.toUpperCase())).toMatchObject({ ok: true });
    await rm(folder, { recursive: true });
  });

  it("that is missing leaves the check skipped, with the path", async () => {
    const config = aConfig({ accuracy: [{ dataset: "none.jsonl", questions: 5, concurrency: 1, maxTokens: 8, endpoint: "chat" }] });
    const result = await runCheck(config, "http://127.0.0.1:9", "accuracy");
    expect(result).toMatchObject({ status: "skipped", metrics: [], message: "there is no file /nowhere/none.jsonl" });
  });
});

describe("the accuracy check", () => {
  async function accuracy(script: Partial<Script>, endpoint: "chat" | "completions" = "completions"): ReturnType<typeof runCheck> {
    fake = await startFake(script);
    return runCheck(
      aConfig({ accuracy: [{ dataset: "arithmetic", questions: 40, concurrency: 4, maxTokens: 32, endpoint }] }),
      fake.url,
      "accuracy",
    );
  }

  it.each(["chat", "completions"] as const)("scores right answers by %s, with Wilson's interval", async (endpoint) => {
    const result = await accuracy({}, endpoint);
    expect(result).toMatchObject({ status: "passed", message: "40 of 40 right", workload: "arithmetic n=40" });
    expect(result.metrics).toEqual([
      {
        metric: "accuracy",
        workload: "arithmetic n=40",
        value: 100,
        unit: "percent",
        n: 40,
        low: expect.closeTo(91.24, 1) as number,
        high: 100,
      },
    ]);
    expect(result.answers?.map(({ id }) => id)).toEqual(Array.from({ length: 40 }, (_, i) => `arithmetic-${String(i).padStart(3, "0")}`));
    expect(fake?.log.peakInFlight).toBe(4);
  });

  it("asks completions in the form that the question was learnt in, and chat with the question alone", async () => {
    await accuracy({});
    expect(fake?.log.requests.map(({ body }) => (JSON.parse(body) as { prompt: string }).prompt)[0]).toMatch(/^Question: .*\?\nAnswer:$/);
  });

  it("reports wrong answers as a number, not as a failure", async () => {
    const result = await accuracy({ answers: "wrong" });
    expect(result).toMatchObject({ status: "passed", message: "0 of 40 right", metrics: [{ value: 0, low: 0 }] });
    expect(result.answers?.[0]).toEqual({ id: "arithmetic-000", outcome: "wrong", got: "34" });
  });

  it("counts errors as errors, never as wrong answers, and gives no number of what is left", async () => {
    const result = await accuracy({ sickness: "http-503", sickEvery: 4 });
    expect(result).toMatchObject({
      status: "failed",
      metrics: [],
      message: '10 of 40 questions ended in errors, the first http-5xx: HTTP 503 {"error":{"message":"go away"}}',
      work: { asked: 40, completed: 30, errors: { "http-5xx": 10 } },
    });
    expect(result.answers?.filter(({ outcome }) => outcome === "error")).toHaveLength(10);
    expect(result.answers?.filter(({ outcome }) => outcome === "wrong")).toHaveLength(0);
  });

  it("fails when the answers are garbage", async () => {
    const result = await accuracy({ answers: "nan" });
    expect(result).toMatchObject({
      status: "failed",
      message: '40 of 40 answers are garbage: "!" repeated 32 times',
      metrics: [{ value: 0 }],
    });
  });

  it("is an error when no question was answered, and stops asking early", async () => {
    const result = await accuracy({ sickness: "reset-before-headers" });
    expect(result).toMatchObject({ status: "error", metrics: [], message: expect.stringContaining("no question was answered") as string });
    expect(fake?.log.requests.length).toBeLessThan(20);
  });
});
