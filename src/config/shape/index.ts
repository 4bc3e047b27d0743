import { z } from "zod";
import { ENGINE_IDS } from "../../model/index.ts";
import { choice, command, duration, leaf, list, literal, text, whole } from "../leaves.ts";

/** The structure of each section: what can be said without looking at the others. Keys as users write them. */

export * from "./checks.ts";
export * from "./gates.ts";

export const version = leaf(z.literal(1), "1, the only version there is", "version: 1", "Version of this file's form.");
export const engine = choice(ENGINE_IDS, "The server to launch; `command` is anything with an OpenAI-compatible endpoint.");
export const engineVersion = literal('"0.5.18"', "PEP 440 version of the engine; asked from the installed engine where absent.");
export const model = text("model: Qwen/Qwen3-8B", "Model to serve: a hub name or a path.");
export const launches = whole(1, 100, "launches: 3", "Launches of each cell. The launch is the unit of replication. Default 1.");

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
export const bisect = whole(
  1,
  50,
  "bisect: 6",
  "Cells outside the matrix that may be launched, once each, to tell which toggles break a cell. Default none.",
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
  command: command("Replaces the engine's own program; for `command`, the whole argv.", "command: [/opt/venv/bin/vllm, serve]").optional(),
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

export const baseline = z.strictObject({
  from: text("from: main", "`none`, or the base branch whose history is compared with; it is kept on the branch `store`.").optional(),
  store: text("store: servegate-baselines", "The branch that holds histories, for `from`. Default servegate-baselines.").optional(),
  remote: text("remote: origin", "Name or URL of the remote that has it. Default origin.").optional(),
  directory: text("directory: ./baseline", "A folder that holds record.json, or the file itself.").optional(),
  history: text("history: ./history", "A folder that record-baseline appends to; compared with the last launches of each cell.").optional(),
  window: whole(1, 100, "window: 10", "Launches of the history that the base value stands on. Default 10.").optional(),
  "max-age": duration(
    "max-age: 14d",
    "A baseline whose newest run is older than this is not compared with. Default 30d for histories, no limit for a directory.",
  ).optional(),
  rebuild: z
    .strictObject({
      base: command("The program that starts the base build."),
      head: command("The program that starts the build under test."),
    })
    .optional(),
});

export const rehearsal = z
  .strictObject({
    dialect: choice(["vllm", "sglang"], "Whose flags, log lines and endpoints are spoken. Default sglang."),
    scenario: text("scenario: healthy", "A built-in scenario's name or a path to a scenario file."),
  })
  .partial();
