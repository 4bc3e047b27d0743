import { join, resolve } from "node:path";
import { endGroup, startGroup } from "@actions/core";
import {
  against,
  conclude,
  execute,
  factsOf,
  otherSide,
  readyMachine,
  retire,
  secretsOf,
  systemClock,
  type Prepared,
} from "../flow/index.ts";
import { gitAccess } from "../baseline/index.ts";
import type { Place } from "../github/index.ts";
import { EXIT, type Event, type RunRecord } from "../model/index.ts";
import { publisherOf } from "./channels.ts";
import { printGuarded } from "./log.ts";
import { publish } from "./publish.ts";
import { giveUp, refuse } from "./refuse.ts";
import { withOverrides } from "./overrides.ts";
import type { ReportJob } from "./report.ts";
import { keepState } from "./state.ts";

/** Mode `run`: launches, measures, compares and publishes. What is needed to clean up after it is saved before anything starts. */
export async function measure({ inputs, place, workspace, env, signal }: ReportJob, prepared: Prepared): Promise<void> {
  const outDir = resolve(workspace, inputs.out);
  const ledgerDir = join(env["RUNNER_TEMP"] ?? outDir, "servegate-ledger");
  const context = { clock: systemClock, signal, env };
  const machine = await readyMachine(prepared, ledgerDir, context);
  if (signal.aborted) return giveUp();
  if (!machine.ok) return refuse(machine.problems, { file: inputs.config, exitCode: EXIT.infra });
  await retire(outDir);
  const to = publisherOf(inputs, place);
  keepState({ outDir, ledgerDir, checkRun: undefined });
  const checkRun = await to?.start(systemClock.timestamp(), signal);
  keepState({ outDir, ledgerDir, checkRun });
  const channel = { to, checkRun };
  if (signal.aborted) return giveUp(channel);

  const named = inputs.baseline === undefined ? undefined : resolve(workspace, inputs.baseline);
  const base = await against(named, {
    baseline: prepared.config.baseline,
    dir: workspace,
    facts: factsOf(prepared, machine.value, systemClock.timestamp()),
    gitEnv: gitAccess(inputs["github-token"], env["GITHUB_SERVER_URL"]),
  });
  startGroup(`Running ${prepared.plan.cells.length} cells`);
  const source = sourceOf(place);
  const secrets = [...secretsOf(env), inputs["github-token"]].filter((secret) => secret !== "");
  const about = {
    prepared,
    machine: machine.value,
    outDir,
    ledgerDir,
    secrets,
    base,
    ...(source === undefined ? {} : { source }),
  };
  const record = await execute({ ...about, onEvent: tell }, context);
  endGroup();
  const other = await otherSide(prepared, base, outDir);
  const judged = signal.aborted ? record : await withOverrides(record, to, outDir);
  return publish(inputs, conclude(judged, other), outDir, channel, signal.aborted);
}

/** One line for each thing that a person waiting at the log wants to know. */
function tell(event: Event): void {
  if (event.kind === "launch-started") printGuarded(`▶ ${event.cell}, launch ${event.launch}`);
  if (event.kind === "check-finished") printGuarded(`  ${event.result.id} ${event.result.status}: ${event.result.message}`);
  if (event.kind === "launch-ended" && event.outcome.state === "failed") printGuarded(`  failed: ${event.diagnosis?.class ?? "unknown"}`);
}

function sourceOf(place: Place | undefined): RunRecord["run"]["source"] {
  if (place === undefined) return undefined;
  return {
    repository: `${place.owner}/${place.repo}`,
    headSha: place.headSha,
    ...(place.baseSha === undefined ? {} : { baseSha: place.baseSha }),
    ...(place.pullRequest === undefined ? {} : { pullRequest: place.pullRequest }),
  };
}
