import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Load, Seen } from "./load.ts";

/** A client from elsewhere: how it is called, and how what it saved becomes what we compare. */
export interface Peer {
  readonly name: string;
  /** Program, if it is installed. */
  readonly program: string;
  argv(load: Load, folder: string): string[];
  read(folder: string): Omit<Seen, "cpuMs" | "peakMiB">;
}

const TOKENIZER = join(import.meta.dirname, "../../test/tiny-llama/model");

/** Clients found under `folder/<name>-venv/bin`; those that are not there are named by the caller. */
export function peers(folder: string): Peer[] {
  return [vllm(folder), aiperf(folder), guidellm(folder)];
}

export function isInstalled({ program }: Peer): boolean {
  return existsSync(program);
}

/** A folder for one run's results, removed afterwards. */
export function withFolder<T>(use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "servegate-fidelity-"));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function vllm(folder: string): Peer {
  return {
    name: "vllm bench serve",
    program: join(folder, "vllm-venv/bin/vllm"),
    argv: ({ url, streams, tokens, rampMs, warmUp }, out) =>
      words(`bench serve --backend openai --base-url ${url} --endpoint /v1/completions --model truth --tokenizer ${TOKENIZER}
        --dataset-name random --random-input-len 32 --random-output-len ${tokens} --num-prompts ${streams} --max-concurrency ${streams}
        --request-rate ${rampMs === 0 ? "inf" : (streams * 1_000) / rampMs} --burstiness 10000 --num-warmups ${warmUp}
        --ignore-eos --save-result --save-detailed --result-dir ${out} --result-filename result.json --disable-tqdm`),
    read: (out) => {
      const saved = document(join(out, "result.json")) as {
        start_times: number[];
        ttfts: number[];
        itls: number[][];
        generated_texts: string[];
        output_lens: number[];
        duration: number;
        output_throughput: number;
        total_output_tokens: number;
      };
      const requests = saved.start_times.map((start, i) => {
        const stamps = stampsIn(saved.generated_texts[i] ?? "");
        let at = (start + (saved.ttfts[i] ?? 0)) * 1_000;
        const times = [at, ...(saved.itls[i] ?? []).map((gap) => (at += gap * 1_000))].slice(0, stamps.length);
        const latencyMs = (saved.itls[i] ?? []).reduce((sum, gap) => sum + gap, 0) * 1_000;
        return {
          sendMs: start * 1_000,
          times,
          stamps,
          ttftMs: (saved.ttfts[i] ?? 0) * 1_000,
          tpotMs: latencyMs / ((saved.output_lens[i] ?? 2) - 1),
        };
      });
      return { requests, tokens: saved.total_output_tokens, seconds: saved.duration, throughput: saved.output_throughput };
    },
  };
}

/** A line of aiperf's raw export, warm-up included. */
interface RawRecord {
  readonly metadata: { readonly benchmark_phase: string };
  readonly start_perf_ns: number;
  readonly responses: readonly { readonly perf_ns: number; readonly packets?: readonly { readonly value: string }[] }[];
}

function aiperf(folder: string): Peer {
  return {
    name: "aiperf",
    program: join(folder, "aiperf-venv/bin/aiperf"),
    argv: ({ url, streams, tokens, rampMs, warmUp }, out) =>
      words(`profile --model truth --url ${url} --endpoint-type completions --streaming --tokenizer ${TOKENIZER} --concurrency ${streams}
        --request-count ${streams}${rampMs === 0 ? "" : ` --concurrency-ramp-duration ${rampMs / 1_000}`}
        ${warmUp === 0 ? "" : `--warmup-request-count ${warmUp} --warmup-concurrency ${warmUp}`} --isl 32 --osl ${tokens} --extra-inputs ignore_eos:true --use-legacy-max-tokens --use-server-token-count
        --export-level raw --output-artifact-dir ${out} --ui none`),
    read: (out) => {
      const rows = readFileSync(join(out, "profile_export_raw.jsonl"), "utf8").trim().split("\n");
      const measured = rows.map((row) => JSON.parse(row) as RawRecord).filter(({ metadata }) => metadata.benchmark_phase === "profiling");
      const requests = measured.map(({ start_perf_ns: start, responses }) => {
        const seen = responses.flatMap(({ perf_ns: at, packets }) =>
          stampsIn((packets ?? []).map(({ value }) => textOf(value)).join("")).map((stamp) => [at / 1e6, stamp] as const),
        );
        return { sendMs: start / 1e6, times: seen.map(([at]) => at), stamps: seen.map(([, stamp]) => stamp) };
      });
      const summary = document(join(out, "profile_export_aiperf.json")) as Record<string, { avg: number } | undefined>;
      const tokens = requests.reduce((sum, { times }) => sum + times.length, 0);
      return {
        requests: requests.map((request) => ({
          ...request,
          ttftMs: (request.times[0] ?? Number.NaN) - request.sendMs,
          tpotMs: ((request.times.at(-1) ?? 0) - (request.times[0] ?? 0)) / (request.times.length - 1),
        })),
        tokens,
        seconds: summary["benchmark_duration"]?.avg ?? Number.NaN,
        ...(summary["output_token_throughput"] === undefined ? {} : { throughput: summary["output_token_throughput"].avg }),
      };
    },
  };
}

/** Keeps no time per token, so it has no receive-time error; its text tells which request was which. */
function guidellm(folder: string): Peer {
  return {
    name: "guidellm",
    program: join(folder, "guidellm-venv/bin/guidellm"),
    argv: ({ url, streams, tokens, rampMs }, out) => [
      ...words(`run --backend kind=openai_http,target=${url},model=truth,request_format=/v1/completions --profile kind=concurrent,streams=${streams},rampup_duration=${rampMs / 1_000}
        --constraint kind=max_requests,count=${streams} --tokenizer kind=huggingface_auto,model=${TOKENIZER}
        --data kind=synthetic_text,prompt_tokens=32,output_tokens=${tokens} --output kind=json,path=${join(out, "result.json")} --disable-console`),
    ],
    read: (out) => {
      const file = readdirSync(out).find((name) => name.endsWith(".json")) ?? "result.json";
      interface Request {
        output?: string;
        time_to_first_token_ms?: number;
        inter_token_latency_ms?: number;
        request_start_time?: number;
        output_tokens?: number;
      }
      const { benchmarks } = document(join(out, file)) as {
        benchmarks: {
          requests: { successful: Request[] };
          duration: number;
          metrics: { output_tokens_per_second: { successful: { mean: number } } };
        }[];
      };
      const [one] = benchmarks;
      const requests = (one?.requests.successful ?? []).map((request) => ({
        times: [],
        stamps: stampsIn(request.output ?? ""),
        ...(request.time_to_first_token_ms === undefined ? {} : { ttftMs: request.time_to_first_token_ms }),
        ...(request.inter_token_latency_ms === undefined ? {} : { tpotMs: request.inter_token_latency_ms }),
      }));
      const throughput = one?.metrics.output_tokens_per_second.successful.mean;
      const tokens = requests.reduce((sum, { stamps }) => sum + stamps.length, 0);
      return { requests, tokens, seconds: one?.duration ?? Number.NaN, ...(throughput === undefined ? {} : { throughput }) };
    },
  };
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}

function stampsIn(text: string): number[] {
  return (text.match(/\d{9,}/g) ?? []).map((digits) => Number(digits) / 1e6);
}

function textOf(packet: string): string {
  return /"(?:text|content)":"([^"]*)"/.exec(packet)?.[1] ?? "";
}

function document(path: string): unknown {
  return JSON.parse(readFileSync(path, "utf8"));
}
