import { info, warning } from "@actions/core";
import { conclude } from "../flow/index.ts";
import { placeOf } from "../github/index.ts";
import { readRecord } from "../record/index.ts";
import { sweep } from "../shell/index.ts";
import { readInputs } from "./inputs.ts";
import { publish, publisherOf } from "./publish.ts";
import { isDone, savedState } from "./state.ts";

/**
 * The `post` step. Runs whatever became of `main`, and may run after a kill: sweeps every server that was left, and publishes what had
 * been measured as interrupted when `main` could not. Doing it twice does nothing more.
 */
export async function post(): Promise<void> {
  const state = savedState();
  if (state === undefined) return;
  for (const swept of await sweep(state.ledgerDir)) warning(`Stopped what an earlier run had left: ${swept.description}`);
  if (isDone()) return;
  const inputs = readInputs();
  if (!inputs.ok) return;
  const place = placeOf(process.env);
  const to = place === undefined ? undefined : publisherOf(inputs.value, place);
  const read = await readRecord(state.outDir);
  if (read.ok) {
    await publish(
      inputs.value,
      conclude(read.value, { missing: "the run was interrupted before it was compared" }),
      state.outDir,
      to,
      state.checkRun,
    );
    return;
  }
  info("The run ended before anything was measured.");
  await to?.finish(state.checkRun, {
    conclusion: "cancelled",
    title: "Interrupted before anything was measured",
    next: "Run the job again.",
    comment: "**Interrupted before anything was measured.** Run the job again.",
    completedAt: new Date().toISOString(),
  });
}
