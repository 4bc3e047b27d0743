import { createWriteStream } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { once } from "node:events";
import { Command, Option } from "commander";
import {
  benchJson,
  parseWorkload,
  requestLines,
  runLoad,
  type Arrivals,
  type LoadRequest,
  type LoadResult,
  type WorkItem,
} from "../load/index.ts";
import { ENGINE_IDS, EXIT } from "../model/index.ts";
import { endpointOf, emptyCaches } from "./bench/endpoint.ts";
import { liveLine } from "./bench/live-line.ts";
import { collect, lengths, list, positive, positiveNumber, sloOf, whole } from "./bench/options.ts";
import { arrivalsOf, levelName, requestOf, taught, warmUpOf, type BenchOptions, type Level } from "./bench/plan.ts";
import { findText, resultText } from "./bench/text.ts";
import { attained, find } from "./bench/find.ts";
import { json, out, refuse } from "./print.ts";
import { world } from "./world.ts";

export function benchCommand(): Command {
  return new Command("bench")
    .description("Load a running server and print latency, throughput and whether the numbers may be believed")
    .requiredOption("--url <url>", "the server, for example http://127.0.0.1:8000")
    .option("--model <name>", "served-model name; the first one listed when absent")
    .addOption(new Option("--engine <engine>", "whose extensions the server understands").choices(ENGINE_IDS).default("command"))
    .addOption(
      new Option("--api <api>", "endpoint; generate is SGLang's").choices(["completions", "chat", "generate"]).default("completions"),
    )
    .option("--chat", "the same as --api chat")
    .option("--input <tokens>", "prompt length", positive, 1024)
    .option("--output <tokens>", "answer length", positive, 128)
    .option("--spread <law>", "lengths differ by request: 0.5 is ±50 %, all equally likely; sd:200 is normal", lengths)
    .option("--prefix <tokens:groups>", "prompts begin with one of this many shared beginnings", list)
    .option("--vocabulary <from:to>", "token ids to draw prompts from (default: those of a local model, else 1000:30000)", list)
    .option("--workload <file>", "prompts of a JSONL, trace or ShareGPT file")
    .option("--replay", "with --workload: send at the file's timestamps")
    .option("--concurrency <n,…>", "requests in flight (closed loop); several numbers are measured in turn", list, [16])
    .option("--rate <per second,…>", "send at this rate instead (open loop, Poisson); several are measured in turn", list)
    .option("--constant", "with --rate: equal gaps instead of Poisson")
    .option("--burstiness <shape>", "with --rate: gamma gaps; 1 is Poisson, below it bursts", positiveNumber)
    .option("--ramp <seconds>", "reach the load gradually", whole, 0)
    .option("--requests <n>", "requests to send at each level (default: 128, at least 4 × concurrency; all of a workload)", positive)
    .option("--warm-up <n>", "requests of the same lengths sent before the clock starts", whole, 16)
    .option("--repeat", "send the same prompts once more and report that pass apart, as warm")
    .option("--reset-cache", "empty the server's prefix cache before each level and say whether it worked")
    .option("--slo <metric:ms>", "bound per request: ttft:200, tpot:30 or e2el:5000; may be repeated; gives goodput", collect, [])
    .addOption(new Option("--find <load>", "search for the highest load that meets the SLO").choices(["concurrency", "rate"]))
    .option("--attain <share>", "with --find: share of requests that must meet the SLO", positiveNumber, 0.95)
    .option("--workers <n>", "threads that read sockets; 0 chooses by load and cores", whole, 0)
    .option("--seed <n>", "same seed, same requests at the same intended times", positive, 1)
    .option("--timeout <seconds>", "longest one request may take", positiveNumber, 120)
    .option("--json", "print JSON with the field names of `vllm bench serve`")
    .option("--save-result <file>", "write that JSON to a file as well")
    .option("--save-requests <file>", "write every request as a line of JSON")
    .action(bench);
}

async function bench(options: BenchOptions): Promise<void> {
  const at = world();
  const items = options.workload === undefined ? undefined : await readWorkload(options.workload);
  if (items === "refused") return;
  const slo = sloOf(options.slo);
  if ((options.find !== undefined && slo === undefined) || (options.replay === true && items?.[0]?.atMs === undefined)) {
    const missing = options.replay === true ? "--replay needs --workload with timestamps" : "--find needs a bound such as --slo ttft:200";
    return refuse([{ path: "bench", message: missing }]);
  }
  const endpoint = await endpointOf(options, at);
  if (endpoint === undefined) return;
  const line = liveLine(process.stderr, at.clock);
  const levels: Level[] = [];
  let salt = 0;
  const measure = async (arrivals: Arrivals): Promise<Level> => {
    if (options.resetCache === true) await emptyCaches(endpoint, at);
    salt += 1;
    const planned = requestOf(options, { endpoint, items, slo, arrivals, pass: `bench ${salt}` });
    const name = levelName(options, arrivals);
    const run = (title: string, request: LoadRequest): Promise<LoadResult> =>
      runLoad(request, { signal: at.signal, clock: at.clock, progress: (text) => line.show(`${title}: ${text}`) });
    const warmUp = warmUpOf(options, planned, salt);
    const warm = options.warmUp > 0 ? await run(`${name} warm-up`, warmUp) : undefined;
    const request = warm === undefined ? planned : taught(planned, warmUp, warm);
    const level = { name, arrivals, result: await run(name, request) };
    levels.push(level);
    if (options.repeat === true && !at.signal.aborted)
      levels.push({ name: `${name} warm`, arrivals, result: await run(`${name} warm`, request) });
    return level;
  };
  const found = options.find === undefined ? undefined : await find(options, { measure, attained, signal: at.signal });
  if (found === undefined)
    for (const arrivals of arrivalsOf(options, items)) {
      const { result } = await measure(arrivals);
      if (at.signal.aborted || result.stopped !== undefined) break;
    }
  line.end();
  const documents = levels.map(({ result, arrivals, name }) => ({
    ...benchJson(result, { model: endpoint.model, arrivals, date: at.clock.timestamp() }),
    ...(levels.length > 1 ? { level: name } : {}),
  }));
  const [only] = documents;
  const document = documents.length === 1 && found === undefined ? only : { levels: documents, ...(found === undefined ? {} : { found }) };
  if (options.saveResult !== undefined) await writeFile(options.saveResult, `${JSON.stringify(document, undefined, 2)}\n`);
  if (options.saveRequests !== undefined) await writeRequests(options.saveRequests, levels);
  if (options.json === true) json(document);
  else {
    for (const level of levels) out(resultText(level, levels.length > 1));
    if (found !== undefined) out(findText(found, options));
  }
  process.exitCode = exitCodeOf(levels, found?.best !== undefined || found === undefined, at.signal.aborted);
}

function exitCodeOf(levels: readonly Level[], found: boolean, cancelled: boolean): number {
  if (cancelled) return EXIT.cancelled;
  if (!found || levels.length === 0 || levels.some(({ result }) => result.completed < result.asked)) return EXIT.failed;
  return levels.some(({ result }) => result.validity.state === "invalid") ? EXIT.inconclusive : EXIT.pass;
}

async function readWorkload(path: string): Promise<readonly WorkItem[] | "refused"> {
  const text = await readFile(path, "utf8").catch((error: unknown) => error as Error);
  if (typeof text !== "string") {
    refuse([{ path: "--workload", message: `cannot be read: ${text.message}` }]);
    return "refused";
  }
  const { items, problems } = parseWorkload(text, path);
  if (problems.length === 0) return items;
  refuse(problems);
  return "refused";
}

async function writeRequests(path: string, levels: readonly Level[]): Promise<void> {
  const file = createWriteStream(path);
  for (const { name, result } of levels)
    for (const line of requestLines(result, levels.length > 1 ? { level: name } : {})) if (!file.write(line)) await once(file, "drain");
  file.end();
  await once(file, "finish");
}
