import type { CheckResult, Comparison, RunRecord } from "../../model/index.ts";
import { beforeAfter, quantity, titleOf } from "../numbers.ts";
import type { AccuracyTable, ChangeTable, Tone } from "../shape.ts";
import { changeText, intervalText } from "./changes.ts";
import type { Labels } from "./labels.ts";
import { changeIndex, launchText, marked, measured, placed } from "./measured.ts";

/** Answers and numerics: how right the server was, before and after. */
export function accuracyTable(record: RunRecord, comparison: Comparison, changes: ChangeTable, names: Labels): AccuracyTable {
  const all = placed(record.cells).filter((one) => one.result.id === "accuracy" || one.result.id === "numerics");
  const change = changeIndex(comparison);
  const words = new Map(changes.rows.map((row) => [`${row.cell.id}\n${row.metric}\n${row.workload}`, row]));
  return {
    rows: all.flatMap((one) =>
      one.result.metrics.flatMap((value) => {
        const before = change(one.cell, value.metric, value.workload);
        const state = one.result.validity?.state;
        const now = measured(value, state, before);
        if (now === undefined) return [];
        const judged = words.get(`${one.cell}\n${value.metric}\n${value.workload}`);
        const text = before === undefined ? now.text : marked(beforeAfter(value.metric, before.base, value.value, value.unit), state);
        return [
          {
            cell: names.of(one.cell),
            launch: launchText(one),
            check: one.result.id,
            workload: value.workload,
            metric: value.metric,
            title: titleOf(value.metric),
            measured: { ...now, text },
            interval:
              now.low === undefined || now.high === undefined
                ? "no interval"
                : `${quantity(value.metric, now.low, value.unit)} to ${quantity(value.metric, now.high, value.unit)}`,
            answers: answersText(one.result),
            change: before === undefined ? "no baseline for this cell yet" : `${changeText(before)} (${intervalText(before)})`,
            tone: judged?.tone ?? toneOf(one.result),
            word: judged?.word ?? one.result.status,
          },
        ];
      }),
    ),
  };
}

function answersText(result: CheckResult): string {
  const { answers } = result;
  if (answers === undefined) return result.message;
  const n = (outcome: string): number => answers.filter((answer) => answer.outcome === outcome).length;
  const errors = n("error");
  return `${n("right")} right, ${n("wrong")} wrong, ${errors} ${errors === 1 ? "error" : "errors"}`;
}

function toneOf(result: CheckResult): Tone {
  if (result.status === "passed") return "good";
  return result.status === "skipped" ? "muted" : "bad";
}
