import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Rehearsed, endAll, scenarioFile, serving } from "../start.ts";

const QUESTION = "Tom has 12 apples. He buys 7 more. He gives away 4. How many apples does Tom have now?";
const TEXT = `Question: ${QUESTION}\nAnswer:`;
const ANSWER = " 12 + 7 = 19. 19 - 4 = 15. #### 15";

let vllm: Rehearsed;
let sglang: Rehearsed;
beforeAll(async () => {
  const scenario = ["--scenario", scenarioFile("speed: 1000\nanswers: model\nlaw: { first-token-ms: 1, token-ms: 0.1 }")];
  [vllm, sglang] = await Promise.all([serving("vllm", scenario, []), serving("sglang", scenario, [])]);
}, 60_000);
afterAll(endAll);

interface Choice {
  readonly text: string;
  readonly finish_reason: string;
  readonly logprobs: { readonly tokens: string[]; readonly token_logprobs: (number | null)[] };
  readonly prompt_logprobs: (Record<string, { readonly logprob: number; readonly rank: number }> | null)[];
}

async function complete(body: Record<string, unknown>): Promise<Choice> {
  const reply = await vllm.post("/v1/completions", { model: "run-1", temperature: 0, max_tokens: 64, ...body });
  return ((await reply.json()) as { choices: [Choice] }).choices[0];
}

async function generate(
  body: Record<string, unknown>,
): Promise<{ text: string; meta_info: Record<string, [number | null, number, string][]> }> {
  const sampling = { temperature: 0, max_new_tokens: 64, ...(body["sampling_params"] as object) };
  return (await sglang.post("/generate", { ...body, sampling_params: sampling })).json() as never;
}

function ids(tokens: readonly string[]): number[] {
  return tokens.map((token) => Number(token.replace("token_id:", "")));
}

describe("a rehearsal server whose answers a model infers", () => {
  it("answers a word problem as the model does, streamed, whole and as chat", async () => {
    expect(await complete({ prompt: TEXT })).toMatchObject({ text: ANSWER, finish_reason: "stop" });
    const chat = await vllm.post("/v1/chat/completions", {
      model: "run-1",
      temperature: 0,
      messages: [{ role: "user", content: QUESTION }],
    });
    expect(await chat.json()).toMatchObject({ choices: [{ message: { content: ANSWER } }] });
    const stream = await sglang.post("/v1/completions", { prompt: TEXT, temperature: 0, max_tokens: 64, stream: true });
    const texts = [...(await stream.text()).matchAll(/"text":("(?:[^"\\]|\\.)*")/g)].map(([, text]) => JSON.parse(text ?? '""') as string);
    expect(texts.join("")).toBe(ANSWER);
    expect(texts.length).toBeGreaterThan(20);
  });

  it("scores in vLLM's dialect what it generated, and finds the same by echo and by prompt_logprobs", async () => {
    const asked = await complete({ prompt: TEXT, logprobs: 1, echo: true, max_tokens: 1, return_tokens_as_token_ids: true });
    const prompt = ids(asked.logprobs.tokens.slice(0, -1));
    expect(prompt[0]).toBe(1);
    const said = await complete({
      prompt,
      logprobs: 1,
      max_tokens: 12,
      ignore_eos: true,
      return_tokens_as_token_ids: true,
      temperature: 1,
      seed: 4,
    });
    expect(said.logprobs.tokens).toHaveLength(12);
    const whole = [...prompt, ...ids(said.logprobs.tokens)];
    const scored = await complete({ prompt: whole, prompt_logprobs: 1, max_tokens: 1 });
    expect(scored.prompt_logprobs[0]).toBeNull();
    const read = whole.slice(prompt.length).map((id, i) => scored.prompt_logprobs[prompt.length + i]?.[id]?.logprob ?? NaN);
    const echoed = (await complete({ prompt: whole, logprobs: 1, echo: true, max_tokens: 1 })).logprobs.token_logprobs;
    for (const [i, logprob] of said.logprobs.token_logprobs.entries()) {
      expect(read[i]).toBeCloseTo(logprob ?? NaN, 4);
      expect(echoed[prompt.length + i]).toBeCloseTo(logprob ?? NaN, 4);
    }
  });

  it("scores in SGLang's dialect what it generated", async () => {
    const asked = await generate({ text: TEXT, return_logprob: true, logprob_start_len: 0, sampling_params: { max_new_tokens: 1 } });
    const prompt = (asked.meta_info["input_token_logprobs"] ?? []).map(([, id]) => id);
    const sampling = { max_new_tokens: 12, ignore_eos: true, temperature: 1 };
    const said = await generate({ input_ids: prompt, return_logprob: true, top_logprobs_num: 1, sampling_params: sampling });
    const output = said.meta_info["output_token_logprobs"] ?? [];
    expect(output).toHaveLength(12);
    const whole = [...prompt, ...output.map(([, id]) => id)];
    const scored = await generate({ input_ids: whole, return_logprob: true, logprob_start_len: 0, sampling_params: { max_new_tokens: 0 } });
    const input = scored.meta_info["input_token_logprobs"] ?? [];
    expect(input).toHaveLength(whole.length);
    expect(input[0]?.[0]).toBeNull();
    for (const [i, [logprob]] of output.entries()) expect(input[prompt.length + i]?.[0]).toBeCloseTo(logprob ?? NaN, 4);
  });

  it("stops at a stop text, and refuses ids that are no tokens", async () => {
    expect(await complete({ prompt: TEXT, stop: ["####"] })).toMatchObject({ text: ANSWER.split("####")[0], finish_reason: "stop" });
    const refused = await vllm.post("/v1/completions", { model: "run-1", prompt: [1, 411], max_tokens: 4 });
    expect(refused.status).toBe(400);
  });

  it("does not infer load, whose pace is the law's", async () => {
    const load = await complete({ prompt: [1, 5, 6, 7], max_tokens: 40, ignore_eos: true });
    expect(load.text.split(" ").length).toBeGreaterThan(20);
  });
});

describe("a scenario with a numerical fault", () => {
  it("must let a model answer", async () => {
    const { parseScenario } = await import("../../../src/rehearsal/parse-scenario.ts");
    expect(parseScenario("rules: [{ numeric: dropped-tile }]")).toMatchObject({ ok: false, problems: [{ path: "answers" }] });
    expect(parseScenario("answers: model\nrules: [{ numeric: dropped-tile }]")).toMatchObject({ ok: true });
  });
});
