import { writeFile } from "node:fs/promises";
import { Command, InvalidArgumentError, Option } from "commander";
import { engineFor } from "../engines/index.ts";
import { benchJson, runLoad, type Arrivals, type LoadResult } from "../load/index.ts";
import { measure, metricOf } from "../metrics/index.ts";
import { ENGINE_IDS, EXIT, type Endpoint, type EngineId } from "../model/index.ts";
import { json, out, refuse } from "./print.ts";
import { world, type World } from "./world.ts";

interface Options {
  readonly url: string;
  readonly model?: string;
  readonly engine: EngineId;
  readonly chat?: boolean;
  readonly input: number;
  readonly output: number;
  readonly concurrency: number;
  readonly rate?: number;
  readonly constant?: boolean;
  readonly requests: number;
  readonly warmUp: number;
  readonly seed: number;
  readonly timeout: number;
  readonly json?: boolean;
  readonly saveResult?: string;
}

export function benchCommand(): Command {
  return new Command("bench")
    .description("Load a running server and print latency, throughput and whether the numbers may be believed")
    .requiredOption("--url <url>", "the server, for example http://127.0.0.1:8000")
    .option("--model <name>", "served-model name; the first one listed when absent")
    .addOption(new Option("--engine <engine>", "whose extensions the server understands").choices(ENGINE_IDS).default("command"))
    .option("--chat", "use /v1/chat/completions instead of /v1/completions")
    .option("--input <tokens>", "prompt length", positive, 1024)
    .option("--output <tokens>", "answer length", positive, 128)
    .option("--concurrency <n>", "requests in flight (closed loop)", positive, 16)
    .option("--rate <per second>", "send at this rate instead (open loop, Poisson)", positiveNumber)
    .option("--constant", "with --rate: equal gaps instead of Poisson")
    .option("--requests <n>", "requests to send", positive, 128)
    .option("--warm-up <n>", "requests sent before the clock starts", positive, 16)
    .option("--seed <n>", "same seed, same requests at the same intended times", positive, 1)
    .option("--timeout <seconds>", "longest one request may take", positiveNumber, 120)
    .option("--json", "print JSON with the field names of `vllm bench serve`")
    .option("--save-result <file>", "write that JSON to a file as well")
    .action(bench);
}

async function bench(options: Options): Promise<void> {
  const at = world();
  const endpoint = await endpointOf(options, at);
  if (endpoint === undefined) return;
  const arrivals = arrivalsOf(options);
  const request = {
    endpoint,
    arrivals,
    askedTokens: options.output,
    seed: options.seed,
    api: options.chat === true ? "chat" : "completions",
  } as const;
  const live = process.stderr.isTTY;
  const progress = (text: string): void => {
    if (live) process.stderr.write(`\r\u001B[K${text}`);
  };
  if (options.warmUp > 0) {
    const warmUp = { ...request, arrivals: { kind: "closed", concurrency: options.concurrency, requests: options.warmUp } } as const;
    await runLoad({ ...warmUp, prompts: { tokens: options.input, pass: "warm-up" } }, { signal: at.signal, clock: at.clock });
  }
  const result = await runLoad(
    { ...request, prompts: { tokens: options.input, pass: "bench" } },
    { signal: at.signal, clock: at.clock, progress },
  );
  if (live) process.stderr.write("\r\u001B[K");
  const document = benchJson(result, { model: endpoint.model, arrivals, date: at.clock.timestamp() });
  if (options.saveResult !== undefined) await writeFile(options.saveResult, `${JSON.stringify(document, undefined, 2)}\n`);
  if (options.json === true) json(document);
  else out(resultText(result, `${options.input}→${options.output}`));
  process.exitCode = exitCodeOf(result, at.signal.aborted);
}

function exitCodeOf(result: LoadResult, cancelled: boolean): number {
  if (cancelled) return EXIT.cancelled;
  if (result.completed < result.asked) return EXIT.failed;
  return result.validity.state === "invalid" ? EXIT.inconclusive : EXIT.pass;
}

function arrivalsOf(options: Options): Arrivals {
  if (options.rate === undefined) return { kind: "closed", concurrency: options.concurrency, requests: options.requests };
  return { kind: "open", rate: options.rate, requests: options.requests, distribution: options.constant === true ? "constant" : "poisson" };
}

async function endpointOf(options: Options, at: World): Promise<Endpoint | undefined> {
  const url = options.url.replace(/\/+$/, "");
  const { dialect } = engineFor(options.engine);
  const model = options.model ?? (await listedModel(url, at.signal));
  if (model !== undefined) return { url, model, dialect, requestTimeoutMs: options.timeout * 1000 };
  refuse([
    { path: "--url", message: `${url}/v1/models names no model`, hint: "Check the address, or name the served model with --model." },
  ]);
  return undefined;
}

async function listedModel(url: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const answer = await fetch(`${url}/v1/models`, { signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]) });
    const listed = (await answer.json()) as { data?: { id?: string }[] };
    return listed.data?.[0]?.id;
  } catch {
    return undefined;
  }
}

function resultText(result: LoadResult, workload: string): string {
  const rows = measure(result.samples, workload).map((value) => {
    const metric = metricOf(value.metric);
    const interval =
      value.low === undefined || value.high === undefined
        ? ""
        : `  (${value.low.toFixed(metric?.digits)} … ${value.high.toFixed(metric?.digits)})`;
    return `  ${(metric?.title ?? value.metric).padEnd(36)} ${value.value.toFixed(metric?.digits)} ${value.unit}${interval}  n=${value.n}`;
  });
  const errors = Object.entries(result.errors).map(
    ([kind, count]) => `  ${kind}: ${count} — ${result.examples[kind as keyof typeof result.examples] ?? ""}`,
  );
  const stopped =
    result.stopped === undefined ? [] : [`Stopped after ${(result.stopped.atMs / 1000).toFixed(1)} s: ${result.stopped.why}.`];
  return [
    `${result.completed} of ${result.asked} requests completed.`,
    ...stopped,
    ...(errors.length === 0 ? [] : ["Errors:", ...errors]),
    `The numbers are ${result.validity.state}${result.validity.reasons.length === 0 ? "." : `: ${result.validity.reasons.join("; ")}.`}`,
    ...rows,
  ].join("\n");
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError(`"${text}" is no whole number.`);
  return value;
}

function positiveNumber(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError(`"${text}" is no number above 0.`);
  return value;
}
