import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { readDataset } from "../../src/checks/accuracy/dataset.ts";
import { grade, questionText, type Question } from "../../src/checks/accuracy/grade.ts";
import { readResults } from "../../src/checks/accuracy/results-file.ts";
import { readShots } from "../../src/checks/accuracy/shots.ts";
import { readTable } from "../../src/checks/accuracy/table.ts";
import type { AccuracyConfig } from "../../src/model/index.ts";

const COMMIT = "0123456789abcdef0123456789abcdef01234567";
const FILE = '{"question":"1 + 1?","answer":"2"}\n';
const SUM = createHash("sha256").update(FILE).digest("hex");
const DATASET = `hf:owner/set@${COMMIT}/main/test.jsonl`;

let hub: Server | undefined;
afterEach(() => hub?.close());

function folder(): string {
  return mkdtempSync(join(tmpdir(), "servegate-data-"));
}

/** A hub on loopback that answers every path with this. */
async function startHub(status: number, body = FILE): Promise<{ url: string; asked: { url: string; token: string | undefined }[] }> {
  const asked: { url: string; token: string | undefined }[] = [];
  hub = createServer((request, response) => {
    asked.push({ url: request.url ?? "", token: request.headers.authorization });
    response.writeHead(status).end(body);
  });
  await new Promise<void>((resolve) => hub?.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(hub.address() as AddressInfo).port}`, asked };
}

function read(env: Record<string, string>, sha256: string | undefined = SUM): ReturnType<typeof readDataset> {
  return readDataset(DATASET, { baseDir: "/", env: { HOME: "/nowhere", ...env }, signal: new AbortController().signal }, sha256);
}

describe("a dataset on the hub", () => {
  it("is fetched at its commit with the token, kept under its checksum, and found there without the hub", async () => {
    const { url, asked } = await startHub(200);
    const cache = folder();
    const env = { HF_ENDPOINT: url, HF_TOKEN: "hf_x", XDG_CACHE_HOME: cache };
    expect(await read(env)).toMatchObject({ ok: true, questions: [{ question: "1 + 1?", answer: "2" }] });
    expect(asked).toEqual([{ url: `/datasets/owner/set/resolve/${COMMIT}/main/test.jsonl`, token: "Bearer hf_x" }]);
    expect(readdirSync(join(cache, "servegate", "data"))).toEqual([SUM]);
    expect(await read({ ...env, HF_HUB_OFFLINE: "1" })).toMatchObject({ ok: true });
    expect(asked).toHaveLength(1);
  });

  it("is found in the Hugging Face cache before anything is asked", async () => {
    const home = folder();
    const place = join(home, "hub", "datasets--owner--set", "snapshots", COMMIT, "main", "test.jsonl");
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, FILE);
    const env = { HF_HOME: home, HF_ENDPOINT: "http://127.0.0.1:9" };
    expect(await read(env)).toMatchObject({ ok: true });
    expect(await read({ HF_HUB_CACHE: join(home, "hub"), HF_HUB_OFFLINE: "1" })).toMatchObject({ ok: true });
    expect(await read(env, "0".repeat(64))).toMatchObject({
      ok: false,
      reason: expect.stringContaining(`its SHA-256 is ${SUM}`) as string,
    });
  });

  it.each([
    [
      401,
      {},
      /owner\/set@01234567\/main\/test\.jsonl is gated or private \(HTTP 401\): accept its terms at .*, and give a token with access/,
    ],
    [403, { HF_TOKEN: "hf_x" }, /gated or private \(HTTP 403\): .* the token given has no access/],
    [404, {}, /^the hub has no owner\/set@01234567\/main\/test\.jsonl \(HTTP 404\)$/],
    [503, {}, /did not give .*: HTTP 503/],
  ])("that answers HTTP %d says so in one sentence", async (status, env, says) => {
    const { url } = await startHub(status, "no");
    const found = await read({ HF_ENDPOINT: url, XDG_CACHE_HOME: folder(), ...env });
    expect(found).toMatchObject({ ok: false, reason: expect.stringMatching(says) as string });
    expect(JSON.stringify(found)).not.toContain("hf_x");
  });

  it("that is another file, cannot be reached or may not be asked is told as just that", async () => {
    const { url } = await startHub(200, "something else");
    const env = { XDG_CACHE_HOME: folder() };
    const told = async (more: Record<string, string>): Promise<string> => JSON.stringify(await read({ ...env, ...more }));
    expect(await told({ HF_ENDPOINT: url })).toContain("is not the file that was agreed on");
    expect(await told({ HF_ENDPOINT: "http://127.0.0.1:9" })).toMatch(/http:\/\/127\.0\.0\.1:9 cannot be reached: /);
    expect(await told({ HF_HUB_OFFLINE: "1" })).toMatch(/is not in the cache \(\/.*\), and HF_HUB_OFFLINE forbids to fetch it/);
  });

  it("must be named at a commit", async () => {
    const at = { baseDir: "/", signal: new AbortController().signal };
    for (const name of ["hf:owner/set@main/x.jsonl", `hf:owner/set@${COMMIT}/../x.jsonl`, `hf:owner@${COMMIT}/x`])
      expect(await readDataset(name, at)).toMatchObject({
        ok: false,
        reason: expect.stringContaining("hf:OWNER/NAME@COMMIT/FILE") as string,
      });
  });
});

describe("a file of questions", () => {
  async function questions(name: string, text: string): Promise<readonly Question[]> {
    const dir = folder();
    writeFileSync(join(dir, name), text);
    const found = await readDataset(name, { baseDir: dir, signal: new AbortController().signal });
    if (!found.ok) throw new Error(found.reason);
    return found.questions;
  }

  it("may be GPQA's table, whose choices get an order of their own", async () => {
    const row = (i: number): string => `"What, in ""${i}""\nlines?",right ${i},"wrong, 1",wrong 2,wrong 3,rec${i}`;
    const names = "Question,Correct Answer,Incorrect Answer 1,Incorrect Answer 2,Incorrect Answer 3,Record ID";
    const found = await questions("gpqa.csv", `${[names, ...Array.from({ length: 40 }, (_, i) => row(i))].join("\r\n")}\r\n`);
    expect(found).toHaveLength(40);
    expect(found[3]).toMatchObject({ id: "rec3", question: 'What, in "3"\nlines?' });
    for (const [i, { choices = [], answer }] of found.entries()) expect(choices["ABCD".indexOf(answer)]).toBe(`right ${i}`);
    expect(new Set(found.map(({ answer }) => answer))).toEqual(new Set(["A", "B", "C", "D"]));
    expect(await questions("gpqa.csv", `${names}\n${row(0)}`)).toEqual([found[0]]);
  });

  it("may be a JSON list, and says which line of a table is ragged", async () => {
    expect(await questions("list.json", '[{"question":"q","answer":3}]')).toMatchObject([{ id: "line-1", answer: "3" }]);
    expect(readTable(Buffer.from("a,b\n1,2\n3\n"), "x.csv")).toEqual({
      ok: false,
      reason: "x.csv:3 has 1 cells where the first line names 2",
    });
    expect(readTable(Buffer.from("PAR1"), "x.parquet")).toMatchObject({ ok: false, reason: expect.stringContaining("Parquet") as string });
  });

  it("may offer tools, of which a valid call is the right answer", async () => {
    const weather = {
      type: "function",
      function: { name: "weather", parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] } },
    };
    const other = { type: "function", function: { name: "clock", parameters: { type: "object" } } };
    const [question] = await questions(
      "tools.jsonl",
      JSON.stringify({ question: "Rain in Rome?", tools: [weather, other], tool: "weather" }),
    );
    const right = (...calls: { name: string; arguments: string }[]): boolean => grade(question!, { text: "", calls }).right;
    expect(right({ name: "weather", arguments: '{"city":"Rome"}' })).toBe(true);
    expect(right({ name: "weather", arguments: '{"city":7}' })).toBe(false);
    expect(right({ name: "weather", arguments: "{" })).toBe(false);
    expect(right({ name: "clock", arguments: "{}" })).toBe(false);
    expect(right()).toBe(false);
    await expect(questions("tools.jsonl", JSON.stringify({ question: "q", tools: [{ name: "x" }] }))).rejects.toThrow(
      "tools must each read",
    );
  });

  it("may be HumanEval's", async () => {
    const [question] = await questions(
      "he.jsonl",
      JSON.stringify({
        task_id: "HumanEval/0",
        prompt: "def one():\n",
        test: "def check(f): assert f() == 1",
        entry_point: "one",
        canonical_solution: "",
      }),
    );
    expect(question).toMatchObject({ id: "HumanEval/0", program: { entry: "one" } });
    expect(questionText(question!)).toContain("Complete this Python function");
  });
});

describe("solved examples", () => {
  const asked: Question[] = [{ id: "t1", question: "How much is 3 + 4?", answer: "7" }];
  async function shots(lines: string, count = 1): ReturnType<typeof readShots> {
    const dir = folder();
    writeFileSync(join(dir, "train.jsonl"), lines);
    const config = { shots: { from: "train.jsonl", count } } as AccuracyConfig;
    return readShots(config, asked, { baseDir: dir, signal: new AbortController().signal });
  }

  it("stand before the question with their working", async () => {
    expect(await shots('{"question":"How much is 1 + 1?","answer":"1 + 1 = 2. #### 2"}')).toEqual({
      ok: true,
      prefix: "Question: How much is 1 + 1?\nAnswer: 1 + 1 = 2. #### 2\n\n",
    });
  });

  it("are refused where one of them is asked too, or there are too few", async () => {
    expect(await shots('{"id":"x","question":"How  much is 3 + 4? ","answer":7}')).toMatchObject({
      ok: false,
      reason: "train.jsonl is no set of examples: its x is asked too, which would tell the answer",
    });
    expect(await shots('{"question":"q","answer":7}', 5)).toMatchObject({
      ok: false,
      reason: expect.stringContaining("1 solved examples where 5") as string,
    });
  });
});

describe("results of another program", () => {
  async function results(text: string, task?: string, name = "out.jsonl"): ReturnType<typeof readResults> {
    const dir = folder();
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), text);
    return readResults(dir, task);
  }

  it.each([
    ["lines with a score", '{"id":"a","correct":true}\n{"id":"b","correct":false}\n'],
    ["a list with numbers", '[{"question_id":"a","exact_match":1},{"question_id":"b","exact_match":0.0}]'],
    ["an object that holds the list", '{"model":"m","results":[{"id":"a","outcome":"right"},{"id":"b","outcome":"wrong"}]}'],
  ])("may be %s", async (_, text) => {
    expect(await results(text)).toEqual({
      ok: true,
      answers: [
        { id: "a", outcome: "right" },
        { id: "b", outcome: "wrong" },
      ],
    });
  });

  it("are read from the samples of lm-evaluation-harness, by the first of its filters", async () => {
    const line = (doc: number, filter: string, score: number): string =>
      JSON.stringify({ doc_id: doc, doc: {}, target: "7", resps: [["7"]], filter, metrics: ["exact_match"], exact_match: score });
    const text = [line(0, "strict-match", 1), line(1, "strict-match", 0), line(0, "flexible-extract", 1), line(1, "flexible-extract", 1)];
    const name = "model/samples_gsm8k_2026-11-22T03-00-00.000000.jsonl";
    expect(await results(text.join("\n"), "gsm8k", name)).toMatchObject({
      ok: true,
      answers: [
        { id: "0", outcome: "right" },
        { id: "1", outcome: "wrong" },
      ],
    });
    expect(await results(text.join("\n"), "mmlu", name)).toMatchObject({
      ok: false,
      reason: expect.stringContaining("0 files of results") as string,
    });
  });

  it.each([
    ["no score", '{"id":"a"}', /:1 has no id with an outcome, or a score of 0 or 1/],
    ["a score between", '{"id":"a","score":0.5}', /score of 0 or 1/],
    ["nothing", "[]", /has no results/],
    ["an id twice", '[{"id":1,"acc":1},{"id":1,"acc":0}]', /two results with one id/],
  ])("with %s are refused", async (_, text, says) => {
    expect(await results(text)).toMatchObject({ ok: false, reason: expect.stringMatching(says) as string });
  });
});
