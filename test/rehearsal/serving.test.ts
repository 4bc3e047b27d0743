import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Rehearsed, endAll, scenarioFile, serving, until } from "./start.ts";
import { problems } from "./problems.ts";

afterAll(endAll);

interface Usage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
}
interface Reply {
  readonly choices: readonly {
    readonly text: string;
    readonly message: { readonly content: string };
    readonly finish_reason: string;
    readonly logprobs: never;
  }[];
  readonly usage: Usage;
}

async function json<T>(response: Promise<Response> | Response): Promise<T> {
  return (await (await response).json()) as T;
}

/** The events of a stream, parsed; the last must be `[DONE]`. */
async function events(response: Response): Promise<Record<string, unknown>[]> {
  const lines = (await response.text()).split("\n\n").filter((line) => line !== "");
  expect(lines.at(-1)).toBe("data: [DONE]");
  return lines.slice(0, -1).map((line) => JSON.parse(line.slice("data: ".length)));
}

describe("a rehearsed vLLM", () => {
  let server: Rehearsed;
  beforeAll(async () => {
    const env = { VLLM_SERVER_DEV_MODE: "1" };
    server = await serving("vllm", ["--engine-version", "0.28.0"], ["--max-model-len", "2048", "--max-num-seqs", "16"], { env });
  });

  it("lists its one model under the name it was given", async () => {
    const models = await json(fetch(`${server.url}/v1/models`));
    expect(models).toMatchObject({ object: "list", data: [{ id: "run-1", root: "tiny", owned_by: "vllm", max_model_len: 2048 }] });
    expect(await json(fetch(`${server.url}/version`))).toEqual({ version: "0.28.0" });
    expect(await json(fetch(`${server.url}/server_info?config_format=json`))).toMatchObject({
      vllm_config: { model: "tiny", max_num_seqs: 16 },
    });
    expect(await json(server.post("/reset_prefix_cache", {}))).toEqual({ success: true });
  });

  it("completes sixteen tokens unless told otherwise, and counts them in usage", async () => {
    const reply = await json<Reply>(server.post("/v1/completions", { model: "run-1", prompt: "Once upon a time" }));
    expect(reply.choices[0]).toMatchObject({ finish_reason: "length", logprobs: null });
    expect(reply.choices[0]?.text).toMatch(/^ [A-Z]/);
    expect(reply.usage).toEqual({ prompt_tokens: 4, completion_tokens: 16, total_tokens: 20 });
  });

  it("takes token ids, and gives exactly the length asked for with ignore_eos", async () => {
    const prompt = Array.from({ length: 100 }, (_, index) => 1000 + index);
    const reply = await json<Reply>(
      server.post("/v1/completions", { model: "run-1", prompt, max_tokens: 90, ignore_eos: true, min_tokens: 90 }),
    );
    expect(reply.usage).toEqual({ prompt_tokens: 100, completion_tokens: 90, total_tokens: 190 });
    expect(reply.choices[0]?.finish_reason).toBe("length");
  });

  it("streams one event per token, and usage last when asked", async () => {
    const request = {
      model: "run-1",
      prompt: "Once",
      max_tokens: 20,
      ignore_eos: true,
      stream: true,
      stream_options: { include_usage: true },
    };
    const response = await server.post("/v1/completions", request);
    expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    const stream = (await events(response)) as unknown as Reply[];
    expect(stream).toHaveLength(21);
    expect(stream.slice(0, -1).map(({ choices }) => choices[0]?.finish_reason)).toEqual([...Array(19).fill(null), "length"]);
    expect(stream.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: 1, completion_tokens: 20, total_tokens: 21 } });
    const whole = await json<Reply>(server.post("/v1/completions", { ...request, stream: false, stream_options: undefined }));
    expect(stream.map(({ choices }) => choices[0]?.text ?? "").join("")).toBe(whole.choices[0]?.text);
  });

  it("streams a chat with the role first", async () => {
    const request = { model: "run-1", messages: [{ role: "user", content: "Hello" }], max_tokens: 8, ignore_eos: true, stream: true };
    const stream = await events(await server.post("/v1/chat/completions", request));
    expect(stream).toHaveLength(9);
    expect(stream[0]).toMatchObject({
      object: "chat.completion.chunk",
      choices: [{ delta: { role: "assistant", content: "" }, finish_reason: null }],
    });
    expect(stream.some((event) => "usage" in event)).toBe(false);
  });

  it("answers fifty two-step problems correctly", async () => {
    const asked = problems(50);
    const replies = await Promise.all(
      asked.map(({ question }) =>
        json<Reply>(server.post("/v1/chat/completions", { model: "run-1", messages: [{ role: "user", content: question }] })),
      ),
    );
    const answers = replies.map(({ choices }) => /#### (-?\d+)$/.exec(choices[0]?.message.content ?? "")?.[1]);
    expect(answers).toEqual(asked.map(({ answer }) => String(answer)));
    expect(new Set(replies.map(({ choices }) => choices[0]?.finish_reason))).toEqual(new Set(["stop"]));
  });

  it("answers the last question of a prompt with examples, and stops where told", async () => {
    const prompt = `Question: Tom has 12 apples. He buys 7 more. He gives away 4. How many apples does Tom have now?\nAnswer: 12 + 7 = 19. 19 - 4 = 15. #### 15\n\nQuestion: Mia has 3 boxes with 7 coins in each. A friend gives Mia 5 more. How many coins does Mia have now?\nAnswer:`;
    const reply = await json<Reply>(server.post("/v1/completions", { model: "run-1", prompt, max_tokens: 64 }));
    expect(reply.choices[0]?.text).toBe(" 3 * 7 = 21. 21 + 5 = 26. #### 26");
    const cut = await json<Reply>(server.post("/v1/completions", { model: "run-1", prompt, max_tokens: 64, stop: ["####"] }));
    expect(cut.choices[0]).toMatchObject({ text: " 3 * 7 = 21. 21 + 5 = 26. ", finish_reason: "stop" });
  });

  it("gives the same finite log-probability to a token whether it was generated or scored", async () => {
    const ask = { model: "run-1", prompt: "Once upon", max_tokens: 5, ignore_eos: true, logprobs: 2 };
    const { choices } = await json<{
      choices: { text: string; logprobs: { tokens: string[]; token_logprobs: number[]; top_logprobs: object[] } }[];
    }>(server.post("/v1/completions", ask));
    const generated = choices[0]?.logprobs;
    expect(generated?.tokens.join("")).toBe(choices[0]?.text);
    expect(generated?.token_logprobs.every((value) => Number.isFinite(value) && value <= 0)).toBe(true);
    expect(generated?.top_logprobs.map((top) => Object.keys(top).length)).toEqual([2, 2, 2, 2, 2]);
    const score = { ...ask, max_tokens: 0, echo: true };
    const scored = await json<{ choices: { logprobs: { tokens: string[]; token_logprobs: (number | null)[] } }[] }>(
      server.post("/v1/completions", score),
    );
    expect(scored.choices[0]?.logprobs).toMatchObject({ tokens: ["Once", " upon"], token_logprobs: [null, expect.any(Number)] });
  });

  it.each([
    ["no prompt", "/v1/completions", { model: "run-1" }, 400, "[{'type': 'missing', 'loc': ('body', 'prompt'), 'msg': 'Field required'}]"],
    ["another model", "/v1/completions", { model: "gpt", prompt: "x" }, 404, "The model `gpt` does not exist."],
    [
      "no messages",
      "/v1/chat/completions",
      { model: "run-1" },
      400,
      "[{'type': 'missing', 'loc': ('body', 'messages'), 'msg': 'Field required'}]",
    ],
    ["no tokens", "/v1/completions", { model: "run-1", prompt: "x", max_tokens: 0 }, 400, "max_tokens must be at least 1, got 0."],
    [
      "stream options without a stream",
      "/v1/completions",
      { model: "run-1", prompt: "x", stream_options: {} },
      400,
      "Stream options can only be defined when `stream=True`.",
    ],
    [
      "too much context",
      "/v1/completions",
      { model: "run-1", prompt: Array(3000).fill(1) },
      400,
      "This model's maximum context length is 2048 tokens. However, your request has 3000 input tokens. Please reduce the length of the input messages.",
    ],
    [
      "too long an answer",
      "/v1/completions",
      { model: "run-1", prompt: Array(8).fill(1), max_tokens: 2045 },
      400,
      "'max_tokens' or 'max_completion_tokens' is too large: 2045. This model's maximum context length is 2048 tokens and your request has 8 input tokens (2045 > 2048 - 8).",
    ],
    ["no JSON", "/v1/completions", "{", 400, "[{'type': 'json_invalid', 'loc': ('body', 0), 'msg': 'JSON decode error'}]"],
  ])("refuses a request with %s", async (_, path, body, status, message) => {
    const response = await server.post(path, body);
    expect([response.status, await response.json()]).toEqual([status, { error: expect.objectContaining({ message, code: status }) }]);
  });

  it("counts what it does in /metrics, and frees the slot of an aborted stream", async () => {
    const value = async (name: string): Promise<number> => {
      const text = await (await fetch(`${server.url}/metrics`)).text();
      return Number(new RegExp(`^${name}\\{[^}]*\\} ([\\d.]+)$`, "m").exec(text)?.[1]);
    };
    const before = await value("vllm:generation_tokens_total");
    await (await server.post("/v1/completions", { model: "run-1", prompt: "a b", max_tokens: 10, ignore_eos: true })).text();
    expect(await value("vllm:generation_tokens_total")).toBe(before + 10);
    const abort = new AbortController();
    // 1,900 tokens last about four seconds: long enough to be seen running.
    const long = { model: "run-1", prompt: "a b", max_tokens: 1900, ignore_eos: true, stream: true };
    const streams = await Promise.all(Array.from({ length: 17 }, () => server.post("/v1/completions", long, abort.signal)));
    expect(streams.map(({ status }) => status)).toEqual(Array(17).fill(200));
    expect([await value("vllm:num_requests_running"), await value("vllm:num_requests_waiting")]).toEqual([16, 1]);
    abort.abort();
    await until(
      "every slot is free",
      async () => (await value("vllm:num_requests_running")) + (await value("vllm:num_requests_waiting")) === 0,
    );
    const text = await (await fetch(`${server.url}/metrics`)).text();
    expect(text).toMatch(/^vllm:request_success_total\{.*finished_reason="abort"\} 17\.0$/m);
  });
});

describe("a rehearsed SGLang", () => {
  let server: Rehearsed;
  beforeAll(async () => {
    server = await serving("sglang", ["--engine-version", "0.5.18"], ["--context-length", "2048", "--attention-backend", "flashinfer"]);
  });

  it("shows its resolved settings, and has no /metrics unless they are enabled", async () => {
    const info = await json(fetch(`${server.url}/server_info`));
    const graphs = { prefill: { backend: "breakable" }, decode: { backend: "full" } };
    expect(info).toMatchObject({
      version: "0.5.18",
      served_model_name: "run-1",
      attention_backend: "flashinfer",
      tp_size: 1,
      cuda_graph_config: graphs,
    });
    expect((await fetch(`${server.url}/metrics`)).status).toBe(404);
    expect((await fetch(`${server.url}/version`)).status).toBe(404);
    expect((await fetch(`${server.url}/health_generate`)).status).toBe(200);
  });

  it("serves its one model under any name, as SGLang does, and refuses in its own words", async () => {
    const reply = await server.post("/v1/completions", { model: "anything", prompt: "x", max_tokens: 2 });
    expect(reply.status).toBe(200);
    const refused = await server.post("/v1/completions", { model: "run-1", prompt: Array(3000).fill(1) });
    const message = "The input (3000 tokens) is longer than the model's context length (2048 tokens).";
    expect([refused.status, await refused.json()]).toEqual([
      400,
      { object: "error", message, type: "BadRequestError", param: null, code: 400 },
    ]);
  });

  it("streams the text so far from /generate, 128 tokens by default", async () => {
    const stream = await events(
      await server.post("/generate", { input_ids: [1, 2, 3], sampling_params: { ignore_eos: true }, stream: true }),
    );
    expect(stream).toHaveLength(128);
    const texts = stream.map((event) => event["text"] as string);
    expect(texts.every((text, index) => text.startsWith(texts[index - 1] ?? ""))).toBe(true);
    expect(stream.at(-1)).toMatchObject({
      meta_info: { prompt_tokens: 3, completion_tokens: 128, finish_reason: { type: "length", length: 128 } },
    });
  });

  it("flushes its cache only when it is idle", async () => {
    const abort = new AbortController();
    await server.post("/v1/completions", { prompt: "x", max_tokens: 1900, ignore_eos: true, stream: true }, abort.signal);
    expect((await server.post("/flush_cache", {})).status).toBe(400);
    abort.abort();
    await until("it is idle", async () => (await server.post("/flush_cache", {})).status === 200);
  });

  it("logs prefill and decode with the use of graphs", async () => {
    await (await server.post("/v1/completions", { prompt: "x", max_tokens: 60, ignore_eos: true })).text();
    expect(server.output()).toMatch(/\] Prefill batch, #new-seq: 1, #new-token: 1, .*cuda graph: True/);
    expect(server.output()).toMatch(/\] Decode batch, #running-req: 1, .*cuda graph: True, gen throughput \(token\/s\): [\d.]+/);
    expect(server.output()).toMatch(/INFO: {5}127\.0\.0\.1:\d+ - "POST \/v1\/completions HTTP\/1\.1" 200 OK/);
  });
});

describe("scripted mischief", () => {
  const ask = (server: Rehearsed, prompt: string, more = {}): Promise<Response> =>
    server.post("/v1/completions", { model: "run-1", prompt, max_tokens: 40, ...more });

  it("answers a share of the questions wrongly, always the same ones, and ends in garbage, errors and cut streams when told", async () => {
    const rules = ["{ wrong-answers: 0.2 }", "{ at: 101, garbage: nan }", "{ at: 102, logprobs-error: true }", "{ at: 104, drop: 1 }"];
    const server = await serving("vllm", ["--scenario", scenarioFile(`speed: 1000\nrules: [${rules.join(", ")}]`)], []);
    const asked = problems(50);
    const wrong = async (): Promise<string[]> => {
      const replies = await Promise.all(asked.map(({ question }) => json<Reply>(ask(server, question))));
      return asked
        .filter(({ answer }, index) => !replies[index]?.choices[0]?.text.endsWith(`#### ${answer}`))
        .map(({ question }) => question);
    };
    const first = await wrong();
    expect(first.length).toBeGreaterThan(2);
    expect(first.length).toBeLessThan(20);
    expect(await wrong()).toEqual(first);
    expect((await json<Reply>(ask(server, "Hello"))).choices[0]?.text).toBe("!".repeat(40));
    const failed = await ask(server, "Hello", { logprobs: 1 });
    expect([failed.status, await failed.text()]).toEqual([
      500,
      expect.stringContaining("Out of range float values are not JSON compliant"),
    ]);
    expect((await ask(server, "Hello")).status).toBe(200);
    const cut = await ask(server, "Hello", { stream: true });
    await expect(cut.text()).rejects.toThrow("terminated");
  });

  it("dies under load with the engine's last words", async () => {
    const server = await serving("vllm", ["--scenario", scenarioFile("speed: 1000\nrules: [{ die: die-mid-run, at: 3 }]")], ["-tp", "2"]);
    await Promise.allSettled(
      [1, 2, 3].map(() => ask(server, "Hello", { stream: true, ignore_eos: true }).then((response) => response.text())),
    );
    expect(await server.ended).toEqual({ code: 1, signal: null });
    expect(server.output()).toMatch(/\(Worker_TP0 pid=\d+\) ERROR .*CUDA error: an illegal memory access was encountered/);
    expect(server.output()).toMatch(/\(EngineCore pid=\d+\) ERROR .*EngineCore encountered a fatal error\./);
  });
});
