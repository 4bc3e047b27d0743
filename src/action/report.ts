import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import {
  against,
  conclude,
  factsOf,
  keepBaseline,
  prepare,
  readAll,
  site,
  systemClock,
  underConfig,
  type Prepared,
} from "../flow/index.ts";
import { gitAccess } from "../baseline/index.ts";
import type { Place } from "../github/index.ts";
import type { Parsed, RunRecord } from "../model/index.ts";
import { saveRecord } from "../record/index.ts";
import { publisherOf } from "./channels.ts";
import type { Inputs } from "./inputs.ts";
import { withOverrides } from "./overrides.ts";
import { publish } from "./publish.ts";
import { findRecords } from "./records.ts";
import { giveUp, refuse } from "./refuse.ts";
import { keepState } from "./state.ts";

export interface ReportJob {
  readonly inputs: Inputs;
  readonly place: Place | undefined;
  readonly workspace: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/**
 * Mode `report`: merges the records of other jobs, judges them by the configuration of **this** checkout and publishes once. Executes
 * nothing of the measured code. From `workflow_run` the checkout is the default branch, and what the record claims is believed only
 * where GitHub or that checkout says the same.
 */
export async function report({ inputs, place, workspace, env, signal }: ReportJob): Promise<void> {
  const outDir = resolve(workspace, inputs.out);
  const to = publisherOf(inputs, place);
  const state = { outDir, ledgerDir: join(env["RUNNER_TEMP"] ?? outDir, "servegate-ledger") };
  keepState({ ...state, checkRun: undefined });
  const checkRun = await to?.start(systemClock.timestamp(), signal);
  keepState({ ...state, checkRun });
  const channel = { to, checkRun };
  if (signal.aborted) return giveUp(channel);

  const found = await findRecords(inputs.records, workspace);
  if (!found.ok) return refuse(found.problems, { channel });
  const merged = await readAll(found.value);
  if (!merged.ok) return refuse(merged.problems, { channel });
  const context = { clock: systemClock, env, signal };
  const trusted = await configured(inputs, place, workspace, merged.value, context);
  if (!trusted.ok) return refuse(trusted.problems, { file: inputs.config, channel });
  const judged = judgeable(merged.value, trusted.value, place);
  if (!judged.ok) return refuse(judged.problems, { channel });

  const record = await withOverrides(judged.value, to, outDir);
  await saveRecord(record, outDir);
  const named = inputs.baseline === undefined ? undefined : resolve(workspace, inputs.baseline);
  const prepared = trusted.value;
  const asConfigured = prepared && {
    baseline: prepared.config.baseline,
    dir: workspace,
    facts: factsOf(prepared, record.machine, record.run.startedAt),
    gitEnv: gitAccess(inputs["github-token"], env["GITHUB_SERVER_URL"]),
  };
  const base = await against(named, asConfigured);
  await keepBaseline(base, outDir);
  if (signal.aborted) return giveUp(channel);
  return publish(inputs, conclude(record, base), outDir, channel);
}

/** The configuration of this checkout. A trusted publisher must have one; a report within the measuring run may do without. */
async function configured(
  inputs: Inputs,
  place: Place | undefined,
  workspace: string,
  record: RunRecord,
  context: Parameters<typeof prepare>[1],
): Promise<Parsed<Prepared | undefined>> {
  if (place?.measured === undefined && !existsSync(resolve(workspace, inputs.config))) return { ok: true, value: undefined };
  const { version } = record.run.engine;
  const request = { file: inputs.config, baseDir: workspace, site: site(), askVersion: false };
  return prepare({ ...request, ...(version === undefined ? {} : { engineVersion: version }) }, context);
}

function judgeable(record: RunRecord, trusted: Prepared | undefined, place: Place | undefined): Parsed<RunRecord> {
  // No other job is left to run a cell: one that no shard ran must be seen as missing.
  const whole = { ...record, skipped: record.skipped.filter((skipped) => skipped.kind !== "other-job") };
  const claimed = record.run.source?.headSha;
  if (place?.measured !== undefined && claimed !== place.headSha) {
    const message = `the record is of commit ${claimed?.slice(0, 12) ?? "(none)"}, and GitHub says that the run measured ${place.headSha.slice(0, 12)}`;
    return {
      ok: false,
      problems: [{ path: "run.source.headSha", message, hint: "Download the artifact of the run that triggered this one." }],
    };
  }
  return trusted === undefined ? { ok: true, value: whole } : underConfig(whole, trusted, systemClock.timestamp().slice(0, 10));
}
