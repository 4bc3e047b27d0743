import { info, warning } from "@actions/core";
import { conclude } from "../flow/index.ts";
import { placeOf } from "../github/index.ts";
import { readRecord } from "../record/index.ts";
import { sweep } from "../shell/index.ts";
import { noVerdict, publisherOf } from "./channels.ts";
import { readInputs } from "./inputs.ts";
import { harmless } from "./log.ts";
import { publish } from "./publish.ts";
import { isDone, savedState } from "./state.ts";

/**
 * The `post` step. Runs whatever became of `main`, and may run after a kill: sweeps every server that was left, and publishes what had
 * been measured as interrupted when `main` could not. Doing it twice does nothing more.
 */
export async function post(): Promise<void> {
  const state = savedState();
  if (state === undefined) return;
  for (const swept of await sweep(state.ledgerDir)) warning(`Stopped what an earlier run had left: ${harmless(swept.description)}`);
  if (isDone()) return;
  const inputs = readInputs();
  if (!inputs.ok) return;
  const to = publisherOf(inputs.value, placeOf(process.env));
  // `main` may have died between opening the check run and hearing its id.
  const checkRun = state.checkRun ?? (await to?.find());
  const read = await readRecord(state.outDir);
  if (read.ok) {
    // Everything may have been measured and nothing compared: a run without its comparison must never pass.
    const record = { ...read.value, state: "interrupted" } as const;
    const conclusion = conclude(record, { missing: "the run was interrupted before it was compared" });
    return publish(inputs.value, conclusion, state.outDir, { to, checkRun });
  }
  info("The run ended before anything was measured.");
  await to?.finish(checkRun, noVerdict("cancelled", "Interrupted before anything was measured", "Run the job again."));
}
