import type { CellRecord, Comparison, Gate, GateResult, RunRecord } from "../model/index.ts";
import { overrideOf, overrideText } from "./override.ts";
import { count } from "./words.ts";

/** Whether a gate judges a cell: the cell was asked for with every axis value that the gate picks. */
export function covers({ when = {} }: Gate, { cell }: CellRecord): boolean {
  return Object.entries(when).every(([axis, value]) => cell.axes[axis] === value);
}

/**
 * Whether a gate judges a workload, by its name: `1024→1024 c=16`. A row without a workload stands for the whole cell and is judged; so is
 * a workload whose name says nothing of what is picked, since a gate must not pass by overlooking it.
 */
export function coversWorkload({ workload = {} }: Gate, name: string): boolean {
  const parts = /^(?<input>\d+)→(?<output>\d+) c=(?<concurrency>\d+)$/.exec(name)?.groups;
  return parts === undefined || Object.entries(workload).every(([key, value]) => Number(parts[key]) === value);
}

/** Why the gate decides nothing about this cell, as a clause; `undefined` where it does. */
export function advisoryFor(
  { informs, quarantine, metric }: Gate,
  record: RunRecord,
  { cell }: CellRecord,
  comparison: Comparison,
): string | undefined {
  if (informs === true) return "it informs only";
  const override = overrideOf(record, cell.id, metric);
  if (override !== undefined) return overrideText(override);
  if (quarantine !== undefined && record.run.today <= quarantine.expires)
    return `quarantined until ${quarantine.expires} by ${quarantine.owner}, ${quarantine.issue}`;
  const { advisory } = record.run;
  const runs = comparison.runsServed?.[cell.id];
  if (advisory === undefined || runs === undefined || runs >= advisory) return undefined;
  return `a new cell: it served in ${runs} of the ${count(advisory, "run")} after which its gates decide`;
}

/** Rows that would have failed the run if their gate decided, one sentence a gate. */
export function informing(gates: readonly GateResult[]): string[] {
  return gates.flatMap(({ text, rows }) => {
    const [first, ...rest] = rows.filter((row) => row.advisory !== undefined && row.status === "failed");
    if (first === undefined) return [];
    const more = rest.length === 0 ? "" : `, and ${count(rest.length, "more row")}`;
    const place = first.workload === "" ? first.cell : `${first.cell} ${first.workload}`;
    return [`\`${text}\` fails and does not block (${first.advisory ?? ""}): ${place}: ${first.detail}${more}.`];
  });
}

/** Quarantines whose last day has passed: their gates decide again. */
export function expiredQuarantines({ run }: RunRecord): string[] {
  return run.gates.flatMap(({ text, quarantine }) =>
    quarantine === undefined || run.today <= quarantine.expires
      ? []
      : [
          `The quarantine of \`${text}\` expired on ${quarantine.expires}, so it decides again; ${quarantine.owner} works on ${quarantine.issue}.`,
        ],
  );
}
