import { checksFor } from "../checks/index.ts";
import type { CellRecord, Parsed, Problem, RunRecord } from "../model/index.ts";
import type { Prepared } from "./prepare.ts";

/**
 * A stored record put under a configuration that is trusted more than the record: gates, expected failures, axes and checks are those of
 * the configuration, cells that it plans and the record lacks are there without a launch, and what the record says of skipped cells
 * counts only where the plan says it too. A record from a fork can then lie about its numbers, and about nothing else.
 *
 * `today` replaces the record's own day, on which expected failures expire. Refused: another engine or model than configured.
 */
export function underConfig(record: RunRecord, { config, plan, file }: Prepared, today: string): Parsed<RunRecord> {
  const problems = strangers(record, config, file);
  if (problems.length > 0) return { ok: false, problems };
  const planned = new Map(plan.cells.map(({ cell }) => [cell.id, cell]));
  const ran = new Set(record.cells.map(({ cell }) => cell.id));
  const missing = plan.cells.filter(({ cell }) => !ran.has(cell.id)).map(({ cell }): CellRecord => ({ cell, notes: [], launches: [] }));
  const cells = record.cells.map((one) => {
    const known = planned.get(one.cell.id);
    if (known !== undefined && known.fingerprint === one.cell.fingerprint) return one;
    const why = known === undefined ? "does not plan this cell" : "starts this cell in another way";
    return { ...one, notes: [...one.notes, `${file} of the trusted checkout ${why}`] };
  });
  // What people accepted is asked of GitHub, never of a record.
  const { history: _history, overrides: _overrides, ...kept } = record;
  const { pair: _pair, confirm: _confirm, advisory: _advisory, ...run } = record.run;
  return {
    ok: true,
    value: {
      ...kept,
      run: {
        ...run,
        axes: config.matrix.axes,
        gates: config.gates,
        expectedFailures: config.expectedFailures,
        checks: [...new Set(checksFor(config).map((check) => check.id))],
        launches: config.launches,
        ...(config.confirm === undefined ? {} : { confirm: config.confirm }),
        ...(config.advisory === undefined ? {} : { advisory: config.advisory }),
        today,
      },
      cells: [...cells, ...missing],
      skipped: plan.skipped.filter(({ cell }) => !ran.has(cell.id)),
    },
  };
}

function strangers(record: RunRecord, config: Prepared["config"], file: string): Problem[] {
  const differing = [
    ["engine", record.run.engine.id, config.engine],
    ["model", record.run.model, config.model],
    ["simulated", String(record.run.simulated), String(config.engine === "rehearsal")],
  ] as const;
  return differing
    .filter(([, found, wanted]) => found !== wanted)
    .map(([path, found, wanted]) => ({
      path,
      message: `the record says ${path} "${found.slice(0, 80)}", and ${file} says "${wanted.slice(0, 80)}"`,
      hint: "A record is judged by the configuration of the checkout that publishes it; measure again with that one.",
    }));
}
