import { publicationOf } from "../../src/action/channels.ts";
import { readBaseline, type BaselineRead } from "../../src/baseline/index.ts";
import {
  conclude,
  execute,
  factsOf,
  prepareText,
  readyMachine,
  secretsOf,
  systemClock,
  writeReports,
  type Conclusion,
} from "../../src/flow/index.ts";
import { placeOf, publisher } from "../../src/github/index.ts";
import { problemText, type Clock, type Event, type RunRecord } from "../../src/model/index.ts";
import type { Box } from "./box.ts";

/** What became of one run, as far as it got. */
export interface Ran {
  /** Why nothing was started, in words; empty where something was. */
  readonly problems: readonly string[];
  readonly record?: RunRecord;
  readonly conclusion?: Conclusion;
  readonly warnings: readonly string[];
  readonly thrown?: Error;
  readonly tookMs: number;
  /** Growth of this process's resident memory at its worst. */
  readonly grownBytes: number;
}

export interface How {
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
  /** Told of every event once it is on disk. */
  readonly during?: (event: Event, box: Box) => void;
  readonly baseline?: BaselineRead;
}

/** The whole line of flow as the action walks it, in this process: configuration, machine, servers, record, verdict, reports, pull request. */
export async function runCase(box: Box, how: How = {}): Promise<Ran> {
  const begun = performance.now();
  const watch = memoryWatch();
  const warnings: string[] = [];
  const done = (more: Partial<Ran>): Ran => ({
    problems: [],
    warnings,
    ...more,
    tookMs: performance.now() - begun,
    grownBytes: watch.stop(),
  });
  const context = { clock: how.clock ?? systemClock, signal: how.signal ?? new AbortController().signal, env: box.env };
  try {
    const request = { file: "servegate.yml", baseDir: box.dir, site: { rehearsal: [] }, askVersion: false };
    const prepared = await prepareText(box.config, request, context);
    if (!prepared.ok) return done({ problems: prepared.problems.map((problem) => problemText(problem)) });
    const machine = await readyMachine(prepared.value, box.ledgerDir, context);
    if (!machine.ok) return done({ problems: machine.problems.map((problem) => problemText(problem)) });
    const read =
      how.baseline ??
      (await readBaseline(prepared.value.config.baseline, box.dir, factsOf(prepared.value, machine.value, context.clock.timestamp())));
    const base = "found" in read ? read.found : read;
    const to = publisherFor(box, warnings);
    const checkRun = await to.start("2026-11-22T10:00:00Z");
    const record = await execute(
      {
        prepared: prepared.value,
        machine: machine.value,
        outDir: box.outDir,
        ledgerDir: box.ledgerDir,
        secrets: secretsOf(box.env),
        base,
        onEvent: (event) => how.during?.(event, box),
      },
      context,
    );
    const conclusion = conclude(record, base);
    await writeReports(conclusion, box.outDir);
    const inputs = { "fail-on": "any", "on-infra": "fail", "on-inconclusive": "fail", config: "servegate.yml" } as const;
    await to.finish(checkRun, publicationOf(conclusion.verdict, conclusion.view, inputs));
    return done({ record, conclusion });
  } catch (error) {
    return done({ thrown: error instanceof Error ? error : new Error(String(error)) });
  }
}

function publisherFor(box: Box, warnings: string[]): ReturnType<typeof publisher> {
  const place = placeOf({ GITHUB_REPOSITORY: "acme/engine", GITHUB_API_URL: box.github.url, GITHUB_SHA: "c".repeat(40) });
  if (place === undefined) throw new Error("the environment names a repository");
  return publisher(
    "token",
    { ...place, pullRequest: 7, externalId: "77:1:gate" },
    { name: "Servegate", key: "Servegate", comment: "sticky", warn: (text) => warnings.push(text), api: { pace: 0.02 } },
  );
}

function memoryWatch(): { stop(): number } {
  const before = process.memoryUsage.rss();
  let worst = before;
  const look = (): void => void (worst = Math.max(worst, process.memoryUsage.rss()));
  const timer = setInterval(look, 20);
  return {
    stop() {
      clearInterval(timer);
      look();
      return worst - before;
    },
  };
}
