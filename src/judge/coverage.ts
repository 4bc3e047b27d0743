import { effectiveAxes, served, type CellRecord, type Comparison, type GateResult, type RunRecord } from "../model/index.ts";
import { tooWide } from "./ledger.ts";
import { lostAnswers } from "./lost-answers.ts";
import { holes } from "./matrix.ts";
import { drifted } from "./drift.ts";
import { overrideNotes } from "./override.ts";
import { expiredQuarantines, informing } from "./scope.ts";
import { count, divergenceText, greedyText, list } from "./words.ts";

/** What the verdict does not cover, in sentences. */
export function untested(record: RunRecord, comparison: Comparison, gates: readonly GateResult[]): string[] {
  const { baseline, newCells, missingCells, changes } = comparison;
  const missing = holes(record);
  const relative = record.run.gates.some((gate) => gate.kind === "relative");
  const elsewhere = record.skipped.filter((each) => each.kind === "other-job").length;
  const overBudget = record.skipped.filter((each) => each.kind === "over-budget").map((each) => each.cell.id);
  const skipped = record.cells
    .flatMap(({ launches }) => launches.flatMap(({ checks }) => checks))
    .filter((check) => check.status === "skipped");
  return [
    ...(record.state === "finished" ? [] : [`The run did not finish${record.state === "interrupted" ? ": it was interrupted" : ""}.`]),
    ...(missing.length === 0 ? [] : [`${count(missing.length, "cell")} of the matrix left no trace in the record: ${list(missing)}.`]),
    ...(elsewhere === 0 ? [] : [`${count(elsewhere, "cell")} of the matrix ${elsewhere === 1 ? "is" : "are"} left to other jobs.`]),
    ...(overBudget.length === 0 ? [] : [`Not run for lack of time: ${list(overBudget)}.`]),
    ...(record.cells.length > 0 && !record.cells.some(served) ? ["No cell served, so nothing was measured."] : []),
    ...(record.run.gates.length === 0 ? ["No gate is configured: speed and accuracy were not judged."] : []),
    ...(baseline.state === "none" && relative ? [`Nothing was compared: ${baseline.reason}.`] : []),
    ...(baseline.state === "found" && newCells.length > 0 && relative ? [`No baseline yet for ${list(newCells)}.`] : []),
    ...(missingCells.length === 0 ? [] : [`On the baseline and not in this run: ${list(missingCells)}.`]),
    ...unique(skipped.map((check) => `The ${check.id} check was skipped: ${check.message}.`)),
    ...(changes.some((change) => change.certainty === "within-launch") && gates.length > 0
      ? ["Launch-to-launch noise: some numbers stand on one launch a side; `launches: 3` or more would cover it."]
      : []),
    ...(changes.some((change) => change.certainty === "paired-questions" && change.launches.base + change.launches.head === 2)
      ? ["Accuracy is judged on the questions asked, not on others like them."]
      : []),
    ...unverified(record),
  ];
}

/** Alarms that do not block. */
export function warnings(record: RunRecord, comparison: Comparison, gates: readonly GateResult[]): string[] {
  const launches = record.cells.flatMap((cell) => cell.launches.map((launch) => ({ id: cell.cell.id, launch })));
  return unique([
    ...record.cells.flatMap((cell) => settingAlarms(record, cell)),
    ...launches.flatMap(({ id, launch }) =>
      launch.checks
        .filter((check) => check.validity !== undefined && check.validity.state !== "valid")
        .map((check) => `${id}: the ${check.id} numbers are ${check.validity?.state ?? ""}: ${list(check.validity?.reasons ?? [])}.`),
    ),
    ...launches.flatMap(({ id, launch }) =>
      launch.stop === undefined || launch.stop.leftovers.length === 0 ? [] : [`${id} left behind: ${list(launch.stop.leftovers)}.`],
    ),
    ...record.cells.flatMap(({ cell, voided }) =>
      (voided ?? []).map(
        ({ launch, reason }) => `${cell.id}: launch ${launch.number} was spoiled by the machine and does not count: ${reason}.`,
      ),
    ),
    ...tooWide(record),
    ...drifted(record, comparison),
    ...overrideNotes(record),
    ...informing(gates),
    ...expiredQuarantines(record),
    ...odd(comparison),
    ...lostAnswers(comparison),
    ...(comparison.baseline.state === "unfit" ? [`The baseline was not used: ${comparison.baseline.reasons.join("; ")}.`] : []),
    ...(comparison.notes ?? []).map((note) => `${note}.`),
  ]);
}

/** Within one run a cell may differ for a reason that is accepted, such as an FP8 cache; so these do not block. */
function odd({ divergences = [], greedy = [] }: Comparison): string[] {
  const alarms = [
    ...divergences.map((found) => ({
      found,
      does: "computes",
      may: "may compute",
      what: "other log-probabilities",
      text: divergenceText(found),
    })),
    ...greedy.map((found) => ({ found, does: "answers", may: "may answer", what: "otherwise", text: greedyText(found) })),
  ];
  return alarms
    .filter(({ found: { state, against } }) => state === "uncertain" || (state === "different" && against !== "baseline"))
    .map(({ found, does, may, what, text }) => {
      const than = found.against === "baseline" ? "the baseline" : `${found.against}, the cell nearest to all others`;
      return `${found.cell} ${found.state === "different" ? does : may} ${what} than ${than}: ${text}.`;
    });
}

/** A flag that was accepted is not a flag that took effect. */
function settingAlarms(record: RunRecord, cell: CellRecord): string[] {
  const settings = unique(cell.launches.flatMap((launch) => launch.resolved).map((each) => JSON.stringify(each))).map(
    (text): CellRecord["launches"][number]["resolved"][number] => JSON.parse(text),
  );
  const inert = settings.filter((setting) => setting.effect === "inert");
  const fallen = settings.filter((setting) => setting.effect === "fallback");
  const twins =
    fallen.length === 0 ? [] : record.cells.filter((other) => other !== cell && sameEffect(other, cell)).map((other) => other.cell.id);
  return [
    ...inert.map(({ axis, requested }) => `${cell.cell.id}: ${axis}=${requested} was accepted and showed no effect.`),
    ...fallen.map(
      ({ axis, requested, resolved }) =>
        `${cell.cell.id}: ${axis}=${requested} fell back to ${resolved ?? "something else"}${twins.length === 0 ? "" : `, so it is now the same configuration as ${list(twins)}`}.`,
    ),
  ];
}

function sameEffect(a: CellRecord, b: CellRecord): boolean {
  const [one, two] = [effectiveAxes(a), effectiveAxes(b)];
  return [...new Set([...Object.keys(one), ...Object.keys(two)])].every((axis) => one[axis] === two[axis]);
}

function unverified(record: RunRecord): string[] {
  const values = record.cells
    .flatMap((cell) => cell.launches.flatMap((launch) => launch.resolved))
    .filter((setting) => setting.effect === "unverifiable")
    .map(({ axis, requested }) => `${axis}=${requested}`);
  return values.length === 0 ? [] : [`The engine offers no proof that these took effect: ${list(unique(values).sort())}.`];
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
