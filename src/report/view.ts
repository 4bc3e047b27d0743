import type { Comparison, RunRecord, Verdict } from "../model/index.ts";
import { cleaned } from "./clean.ts";
import { acceptLine } from "./parts/accept.ts";
import { accuracyTable } from "./parts/accuracy.ts";
import { cellViews, counts, grid, recovered } from "./parts/cells.ts";
import { changeTable } from "./parts/changes.ts";
import { checklists } from "./parts/checklist.ts";
import { checkViews, gateViews } from "./parts/checks.ts";
import { facts } from "./parts/facts.ts";
import { finiteChanges } from "./parts/finite.ts";
import { failureCards } from "./parts/failures.ts";
import { labels } from "./parts/labels.ts";
import { settingRows, timelines } from "./parts/startup.ts";
import { throughputTable } from "./parts/throughput.ts";
import { VIEW_SCHEMA, type View } from "./shape.ts";
import { classWords } from "./words.ts";

/**
 * The one read model of a run: every word and every formatted number that any report prints. Pure: the same three values always
 * give the same View. Accepts any record, also one of a run that never finished; absent numbers are absent, never zero.
 */
export function view(record: RunRecord, compared: Comparison, verdict: Verdict): View {
  const comparison = finiteChanges(compared);
  const names = labels(record);
  const changes = changeTable(record, comparison, verdict, names);
  const words = classWords(verdict.class);
  const accept = acceptLine(record, verdict);
  const { raw, ...told }: View = {
    schema: VIEW_SCHEMA,
    ...(record.run.simulated ? { banner: "rehearsal (simulated)" } : {}),
    verdict: { class: verdict.class, ...words, title: verdict.title, next: names.inText(verdict.next), exitCode: verdict.exitCode },
    counts: counts(verdict),
    facts: facts(record, comparison),
    ...(names.legend === undefined ? {} : { labels: names.legend }),
    cells: cellViews(record, comparison, verdict, names),
    grid: grid(record, verdict),
    recovered: recovered(record, comparison, names),
    failures: failureCards(record, comparison, verdict, names),
    changes,
    accuracy: accuracyTable(record, comparison, changes, names),
    throughput: throughputTable(record, comparison, names),
    settings: settingRows(record, names),
    timelines: timelines(record, names),
    gates: gateViews(verdict, names),
    checks: checkViews(record, names),
    checklists: checklists(record, names),
    ledger: record.run.expectedFailures.map((entry) => ({
      when:
        Object.entries(entry.when)
          .map(([axis, value]) => `${axis}=${value}`)
          .join(", ") || "any cell",
      class: entry.class,
      issue: entry.issue,
      expires: entry.expires,
    })),
    skipped: record.skipped.map((one) => ({ cell: one.cell.id, kind: one.kind, reason: one.reason })),
    untested: [...verdict.untested, ...changes.notes, ...unjudged(record, verdict)],
    warnings: [
      ...interruption(record),
      ...verdict.warnings,
      ...[...(verdict.effects ?? []), ...(verdict.interactions ?? [])].flatMap(({ sentence: told }) =>
        told === undefined ? [] : [`${told}.`],
      ),
    ],
    ...(accept === undefined ? {} : { accept }),
    raw: { verdict, comparison: compared },
  };
  return { ...cleaned(told), raw };
}

/** A cell that ran and has no verdict would vanish from every table. */
function unjudged(record: RunRecord, verdict: Verdict): readonly string[] {
  const judged = new Set(verdict.cells.map((cell) => cell.cell));
  return record.cells.filter(({ cell }) => !judged.has(cell.id)).map(({ cell }) => `No verdict was given on ${cell.id}.`);
}

function interruption(record: RunRecord): readonly string[] {
  return record.state === "finished"
    ? []
    : ["The run did not finish: what had been measured by then is shown, and cells without an outcome are not judged as passed."];
}
