import { z } from "zod";
import { choice, command, duration, leaf, list, literal, text, whole } from "../leaves.ts";

// What each check may be asked to do.

export const smoke = z.strictObject({
  concurrent: whole(1, 1024, "concurrent: 16", "Requests sent at once by the concurrency row. Default 16.").optional(),
});

const sha256 = leaf(
  z.string().regex(/^[0-9a-fA-F]{64}$/),
  "64 hexadecimal digits",
  `sha256: ${"0".repeat(64)}`,
  "SHA-256 of the file; another file is not used.",
);

const minutes = duration("timeout: 2h", "How long the program may take. Default 2h.");

export const accuracy = z.strictObject({
  dataset: text(
    "dataset: arithmetic",
    "`arithmetic` (built in), a path to a JSON Lines, JSON or CSV file of questions, or `hf:OWNER/NAME@COMMIT/FILE`; with `lm-eval` the task's name.",
  ),
  sha256: sha256.optional(),
  questions: whole(1, 100_000, "questions: 200", "Questions asked. Default 200.").optional(),
  concurrency: whole(1, 4096, "concurrency: 16", "Questions asked at once. Default 16.").optional(),
  "max-tokens": whole(1, 1_000_000, "max-tokens: 256", "Longest answer in tokens. Default 256.").optional(),
  endpoint: choice(["chat", "completions"], "Which endpoint asks the questions. Default chat.").optional(),
  shots: z
    .strictObject({
      from: text("from: ./gsm8k-train.jsonl", "A file of solved examples; none of them may be asked."),
      count: whole(1, 64, "count: 5", "Examples that stand before every question."),
      sha256: sha256.optional(),
    })
    .optional(),
  repeat: whole(
    1,
    100_000,
    "repeat: 100",
    "Questions asked twice, to learn how many answers change by themselves. Default none.",
  ).optional(),
  "stop-early": z
    .strictObject({
      margin: leaf(
        z.number().gt(0).max(100),
        "a number above 0",
        "margin: 1",
        "A loss in points: stop once it is surely more, or surely no more.",
      ),
    })
    .optional(),
  command: command("Another program asks: its command line, with {url}, {model} and {out}.").optional(),
  "lm-eval": z
    .strictObject({
      command: command("The program, if not `lm_eval`.").optional(),
      args: list(literal("--num_fewshot"), 'args: [--num_fewshot, "5"]', "Arguments added to its command line.").optional(),
    })
    .optional(),
  results: text(
    "results: ./results.jsonl",
    "Results per question: of the program that asks, under {out}, or stored beforehand.",
  ).optional(),
  timeout: minutes.optional(),
});

export const numerics = z.strictObject({
  "batch-sizes": leaf(
    z.array(whole(1, 1024, "8", "Sequences decoded at once.")).min(1),
    "a list of whole numbers from 1 to 1024",
    "batch-sizes: [1, 2, 8, 9]",
    "Sequences decoded at once; sizes on both sides of those that graphs are captured for. Default [1, 2, 8, 9].",
  ).optional(),
  tokens: whole(8, 8192, "tokens: 64", "Tokens generated per sequence. Default 64.").optional(),
  "long-prompt": whole(0, 1_000_000, "long-prompt: 4096", "Length in tokens of one more prompt; 0 for none. Default 4096.").optional(),
  limit: leaf(
    z.number().gt(0).max(10),
    "a number above 0",
    "limit: 0.01",
    "Mean divergence in nats a token from which the check fails. Default 0.01; sound engines stay below 0.0025.",
  ).optional(),
});

const aRate = leaf(z.number().gt(0).max(1_000_000), "a number above 0", "8", "Requests a second.");
const level = whole(1, 65_536, "16", "Requests in flight at once.");

export const throughput = z.strictObject({
  input: whole(1, 10_000_000, "input: 1024", "Prompt length in tokens."),
  output: whole(1, 10_000_000, "output: 1024", "Answer length in tokens."),
  concurrency: leaf(
    z.union([level, z.array(level).min(1)]),
    "a whole number from 1 to 65536, or a list of them",
    "concurrency: [1, 16, 64]",
    "Load levels: requests in flight at once.",
  ).optional(),
  rate: leaf(
    z.union([aRate, z.array(aRate).min(1)]),
    "a number above 0, or a list of them",
    "rate: [2, 8]",
    "Load levels instead of concurrency: requests a second, at random times (Poisson), whatever the server does.",
  ).optional(),
  burstiness: leaf(
    z.number().gt(0).max(1_000),
    "a number above 0",
    "burstiness: 0.5",
    "With rate: shape of gamma gaps. 1 is Poisson; below it requests come in bursts.",
  ).optional(),
  spread: leaf(
    z.number().gt(0).lt(1),
    "a number between 0 and 1",
    "spread: 0.5",
    "Lengths differ from request to request by up to this share, all equally likely. Default none.",
  ).optional(),
  prefix: z
    .strictObject({
      tokens: whole(1, 10_000_000, "tokens: 512", "Length of the shared beginning."),
      groups: whole(1, 1_000_000, "groups: 4", "Different beginnings. Default 1.").optional(),
    })
    .optional(),
  workload: text("workload: ./sharegpt.json", "A JSONL, trace or ShareGPT file of requests, used in turn.").optional(),
  sha256: sha256.optional(),
  replay: leaf(z.boolean(), "true or false", "replay: true", "With workload: send at the file's timestamps.").optional(),
  slo: z
    .strictObject({
      ttft: duration("ttft: 200ms", "Longest wait for the first token."),
      tpot: duration("tpot: 30ms", "Longest time per token after it."),
      e2el: duration("e2el: 5s", "Longest wait for the whole answer."),
    })
    .partial()
    .optional(),
  requests: whole(1, 10_000_000, "requests: 256", "Requests per level. Default max(16, 4 × concurrency).").optional(),
});
