import type { CheckResult, CheckRow, SmokeConfig } from "../../model/index.ts";
import type { CheckRun } from "../check-run.ts";
import { chat, completion, logProbabilities } from "./generation.ts";
import { health, modelListed } from "./presence.ts";
import { abortedStream, badRequest, concurrent } from "./resilience.ts";
import { skipped, type Seen, type Site, type SmokeRow } from "./row.ts";
import { soundText } from "./sound-text.ts";
import { streaming } from "./streaming.ts";

/** In order: what the later rows need comes first. */
export const smokeRows: readonly SmokeRow[] = [
  health,
  modelListed,
  completion,
  chat,
  streaming,
  logProbabilities,
  badRequest,
  abortedStream,
  concurrent,
  soundText,
];

/** Does the server do what its users take for granted? Fails when any row fails; a row that cannot be tried is skipped with the reason. */
export function smoke(config: SmokeConfig): CheckRun {
  return {
    id: "smoke",
    workload: "",
    async run(endpoint, { signal, clock, progress }) {
      const startedMs = clock.now();
      let site: Site = { endpoint, signal, clock, api: "completions", concurrent: config.concurrent };
      const rows: CheckRow[] = [];
      let gone = false;
      for (const row of smokeRows) {
        if (signal.aborted) break;
        progress(`smoke: ${titleOf(row, site)}`);
        let seen: Seen = gone ? skipped("not tried: the server no longer answers") : await row.try(site);
        if (row === completion && seen.status === "failed" && (await onlyChats(seen, site))) {
          site = { ...site, api: "chat" };
          seen = skipped(`this server only chats: ${seen.detail}`);
        }
        gone ||= seen.gone === true;
        if (!signal.aborted) rows.push({ id: row.id, title: titleOf(row, site), status: seen.status, detail: seen.detail });
      }
      return result(rows, signal.aborted, clock.now() - startedMs);
    },
  };
}

/** A server that knows no completions and answers in chat is one for chat, and is asked so from here on. */
async function onlyChats({ detail }: Seen, site: Site): Promise<boolean> {
  return /\bHTTP 40[45]\b/.test(detail) && (await chat.try(site)).status === "passed";
}

function titleOf(row: SmokeRow, { concurrent }: Site): string {
  return row.id === "concurrent" ? `${concurrent} requests at once` : row.title;
}

function result(rows: readonly CheckRow[], cancelled: boolean, durationMs: number): CheckResult {
  const failed = rows.filter(({ status }) => status === "failed");
  const tried = rows.filter(({ status }) => status !== "skipped");
  const common = { id: "smoke", workload: "", rows, metrics: [], durationMs } as const;
  if (cancelled) return { ...common, status: "error", message: `cancelled after ${rows.length} of ${smokeRows.length} rows` };
  if (failed.length > 0) return { ...common, status: "failed", message: `${failed.length} of ${tried.length} failed: ${failed[0]?.title}` };
  return { ...common, status: "passed", message: `${tried.length} of ${tried.length}` };
}
