import { validRange } from "@renovatebot/pep440";
import { z } from "zod";
import { ENGINE_IDS, FAILURE_CLASSES } from "../model/index.ts";
import { choice, duration, leaf, literal, text, whole } from "./leaves.ts";

/** The structure of each section: what can be said without looking at the others. Keys as users write them. */

const list = <Item extends z.ZodType>(item: Item, example: string, description?: string): z.ZodArray<Item> =>
  leaf(z.array(item), "a list", example, description);

export const version = leaf(z.literal(1), "1, the only version there is", "version: 1", "Version of this file's form.");
export const engine = choice(ENGINE_IDS, "The server to launch; `command` is anything with an OpenAI-compatible endpoint.");
export const engineVersion = literal('"0.5.18"', "PEP 440 version of the engine; asked from the installed engine where absent.");
export const model = text("model: Qwen/Qwen3-8B", "Model to serve: a hub name or a path.");
export const launches = whole(1, 100, "launches: 3", "Launches of each cell. The launch is the unit of replication. Default 1.");

const command = (description: string): z.ZodArray<z.ZodString> =>
  leaf(z.array(text("serve", "One word of the command.")).min(1), "a list of words", "[/opt/base/bin/vllm, serve]", description);

export const confirm = whole(
  1,
  50,
  "confirm: 4",
  "More launches that a cell may get where its numbers lean towards a regression. Default none.",
);
export const advisory = whole(
  1,
  100,
  "advisory: 5",
  "Runs of the history that a new cell must have served in before its gates decide; until then they inform. Default none.",
);
export const remedies = whole(1, 20, "remedies: 6", "Remedies to try on a cell that crashes, until one serves. Default none.");

export const launch = z.strictObject({
  args: list(literal('"4"'), 'args: [--tp, "4"]', "Arguments added to every launch.").optional(),
  env: leaf(
    z.record(leaf(z.string().regex(/^[A-Za-z_]\w*$/), "a variable's name", "HF_HOME"), literal('"1"')),
    "a map of variables",
    "env: { NCCL_DEBUG: WARN }",
    "Variables set for every launch.",
  ).optional(),
  command: leaf(
    z.array(text("serve", "One word of the command.")).min(1),
    "a list of words",
    "command: [/opt/venv/bin/vllm, serve]",
    "Replaces the engine's own program; for `command`, the whole argv.",
  ).optional(),
  prefix: leaf(
    z.array(text("numactl", "One word of what stands before the program.")).min(1),
    "a list of words",
    "prefix: [numactl, --cpunodebind=0]",
    "Stands before the whole command line, for example srun or numactl with their arguments.",
  ).optional(),
  docker: z
    .strictObject({
      image: text("image: vllm/vllm-openai:v0.28.0", "The image to run."),
      gpus: choice(
        ["leased", "none"],
        "The GPUs of the run, or none for an image that computes on the processor. Default leased.",
      ).optional(),
      ipc: choice(
        ["private", "host"],
        "Whose shared memory the container uses. Default private: it vanishes with the container.",
      ).optional(),
      "shm-size": leaf(
        z.string().regex(/^[1-9]\d*[bkmgBKMG]?$/),
        "a size such as 16g",
        "shm-size: 16g",
        "Size of the container's own /dev/shm. Default 16g.",
      ).optional(),
      volumes: list(
        text("/data/hf:/root/.cache/huggingface", "One folder, and where it lies in the container."),
        "volumes: [/data/hf:/root/.cache/huggingface]",
        "Folders the container sees. A model's own folder is added by itself.",
      ).optional(),
      options: list(literal("--cpuset-cpus=0-31"), "options: [--cpuset-cpus=0-31]", "Further words of docker run.").optional(),
    })
    .optional(),
  url: text("url: http://127.0.0.1:8000", "Attach to a server that already runs. It is never stopped.").optional(),
  isolation: choice(
    ["sealed", "cgroup", "tracked"],
    "How servers are kept from outliving Servegate. The strongest that works when absent.",
  ).optional(),
  "require-isolation": choice(["sealed", "cgroup", "tracked"], "Refuse to start servers in anything weaker.").optional(),
  "ready-timeout": duration("ready-timeout: 20m", "Start-up is given up after this long. Default 20m.").optional(),
  "stall-timeout": duration("stall-timeout: 5m", "Start-up is given up when no progress shows for this long. Default 5m.").optional(),
  "request-timeout": duration("request-timeout: 120s", "Time allowed for one request, the first one included. Default 120s.").optional(),
});

export const machine = z.strictObject({
  gpu: text("gpu: NVIDIA B200", "Name of the GPU that must be found.").optional(),
  count: whole(1, 64, "count: 4", "GPUs that must be found, and that are leased for the run; all of them when absent.").optional(),
  wait: duration("wait: 30m", "How long to wait for GPUs that another run of Servegate has leased. Default 30m.").optional(),
  price: leaf(
    z.string().regex(/^\d+(?:\.\d+)? [A-Z]{3}$/),
    "an amount and a currency such as 4.20 USD",
    "price: 4.20 USD",
    "What one hour of one GPU costs. Reports then say what a run cost.",
  ).optional(),
});

export const budget = z.strictObject({
  minutes: whole(1, 100_000, "minutes: 45", "What the run may take, by estimate. Cells beyond it are cut, the last first.").optional(),
  "gpu-hours": leaf(
    z.number().positive().max(100_000),
    "a positive number",
    "gpu-hours: 8",
    "What the run may take on all its GPUs together, by estimate.",
  ).optional(),
});

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

export const baseline = z.strictObject({
  from: text("from: main", "`none`, or the branch whose newest record is compared with.").optional(),
  directory: text("directory: ./baseline", "A folder that holds record.json, or the file itself.").optional(),
  history: text("history: ./history", "A folder that record-baseline appends to; compared with the last launches of each cell.").optional(),
  window: whole(1, 100, "window: 10", "Launches of the history that the base value stands on. Default 10.").optional(),
  rebuild: z
    .strictObject({
      base: command("The program that starts the base build."),
      head: command("The program that starts the build under test."),
    })
    .optional(),
});

export const gate = text(
  "`output_throughput drops no more than 3%`",
  "A condition on the numbers: `<metric> drops|rises no more than <amount> [and <amount>]`, in short `<metric> < +<amount>`, or `<metric> < <amount>`; for some cells with `when <axis>=<value>`.",
);

/** A gate that informs, now or until a day. */
export const gateEntry = z.strictObject({
  gate,
  informs: leaf(z.literal(true), "true", "informs: true", "Told in every report, and never decides.").optional(),
  quarantine: z
    .strictObject({
      owner: text('owner: "@team"', "Who works on it."),
      issue: leaf(
        z.url({ protocol: /^https?$/ }),
        "the address of an issue",
        "issue: https://github.com/OWNER/REPOSITORY/issues/1",
        "Where it is being worked on.",
      ),
      expires: leaf(z.iso.date(), "a day as YYYY-MM-DD", "expires: 2027-03-31", "Last day on which the gate only informs."),
    })
    .optional(),
});

/** `healthy` is no failure and cannot be expected as one. */
const failures = FAILURE_CLASSES.filter((name) => name !== "healthy") as [string, ...string[]];

export const expectedFailure = z.strictObject({
  when: leaf(
    z.record(z.string(), literal("on")),
    "a map of axis values",
    "when: { piecewise-cuda-graph: on }",
    "Axis values a cell must have.",
  ),
  class: leaf(z.enum(failures), "a failure class", "class: tma-descriptor", "The failure that is accepted."),
  versions: leaf(
    z.string().refine((range) => validRange(range)),
    "a range of versions",
    'versions: ">=0.5.9,<0.6"',
    "Engine versions it is known in, as PEP 440 writes them. Default every one.",
  ).optional(),
  issue: leaf(
    z.url({ protocol: /^https?$/ }),
    "the address of an issue",
    "issue: https://github.com/OWNER/REPOSITORY/issues/1",
    "Where it is being worked on.",
  ),
  expires: leaf(z.iso.date(), "a day as YYYY-MM-DD", "expires: 2027-03-31", "Last day on which the entry holds."),
});

export const rehearsal = z
  .strictObject({
    dialect: choice(["vllm", "sglang"], "Whose flags, log lines and endpoints are spoken. Default sglang."),
    scenario: text("scenario: healthy", "A built-in scenario's name or a path to a scenario file."),
  })
  .partial();
