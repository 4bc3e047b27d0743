import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { AccuracyConfig, CheckResult, Endpoint } from "../../model/index.ts";
import type { CheckContext } from "../check-run.ts";
import { lmEvalArgv } from "./lm-eval.ts";
import { resultOf, skipped } from "./result.ts";
import { readResults } from "./results-file.ts";

const TAIL = 400;

/** Accuracy that another program measures, or has measured: its results per question are read, so that they pair like our own. */
export async function importedAccuracy(
  config: AccuracyConfig,
  workload: string,
  endpoint: Endpoint,
  at: CheckContext,
): Promise<Omit<CheckResult, "durationMs">> {
  const out = await mkdtemp(join(tmpdir(), "servegate-results-"));
  try {
    if (config.asks !== undefined) {
      const failure = await runProgram(config, out, endpoint, at);
      if (failure !== undefined) return { ...skipped(workload, failure.text), status: failure.status };
    }
    const place =
      config.results === undefined ? out : config.asks === undefined ? resolve(at.baseDir, config.results) : resolve(out, config.results);
    const found = await readResults(place, config.asks?.kind === "lm-eval" ? config.dataset : undefined);
    if (!found.ok)
      return config.asks === undefined ? skipped(workload, found.reason) : { ...skipped(workload, found.reason), status: "error" };
    return resultOf(workload, { wanted: found.answers.length, asked: found.answers, cancelled: false });
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

/** What went wrong: a program that is not here leaves the check skipped, one that failed is an error. */
async function runProgram(
  { asks, ...config }: AccuracyConfig,
  out: string,
  endpoint: Endpoint,
  { commands, baseDir, env = {}, signal, progress }: CheckContext,
): Promise<{ readonly status: "skipped" | "error"; readonly text: string } | undefined> {
  if (asks === undefined || commands === undefined) return { status: "skipped", text: "no program may be started here" };
  const values: Readonly<Record<string, string>> = { "{url}": endpoint.url, "{model}": endpoint.model, "{out}": out };
  const written = asks.kind === "lm-eval" ? lmEvalArgv(asks, config, endpoint, out) : asks.command;
  const argv = written.map((word) => word.replaceAll(/\{(?:url|model|out)\}/g, (name) => values[name] ?? name));
  progress(`accuracy: ${argv[0]} is asking`);
  const names = ["PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV", "HF_HOME", "HF_HUB_CACHE", "HF_HUB_OFFLINE", "HF_ENDPOINT", "HF_TOKEN"];
  const kept = Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
  const answer = await commands.run(argv, {
    timeoutMs: asks.timeoutMs,
    env: { ...kept, NO_PROXY: "127.0.0.1,localhost" },
    cwd: baseDir,
    signal,
  });
  if (answer.ok) return undefined;
  if (signal.aborted) return { status: "error", text: "cancelled" };
  if (answer.missing) return { status: "skipped", text: `${argv[0]} is not installed: ${answer.stderr.trim().slice(-TAIL)}` };
  const end = answer.stderr.trim().slice(-TAIL).split("\n").slice(-3).join(" ");
  return {
    status: "error",
    text: `${argv[0]} ${answer.timedOut ? "did not end in time" : `exited with code ${answer.exitCode ?? "unknown"}`}: ${end}`,
  };
}
