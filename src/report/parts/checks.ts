import type { CheckResult, GateRow, RunRecord, Verdict } from "../../model/index.ts";
import { whole } from "../numbers.ts";
import type { CheckView, GateView, Tone } from "../shape.ts";
import { count, gateWords, list, SYMBOLS } from "../words.ts";
import type { Labels } from "./labels.ts";
import { placed } from "./measured.ts";

const TONES: Readonly<Record<CheckResult["status"], Tone>> = { passed: "good", failed: "bad", error: "bad", skipped: "muted" };

export function checkViews(record: RunRecord, names: Labels): readonly CheckView[] {
  return placed(record.cells).map(({ cell, launch, result }) => ({
    cell: names.of(cell),
    launch,
    check: result.id,
    workload: result.workload,
    status: result.status,
    tone: TONES[result.status],
    symbol: SYMBOLS[TONES[result.status]],
    message: result.message,
    rows: result.rows,
    seconds: Number.isFinite(result.durationMs) ? result.durationMs / 1_000 : 0,
    work: workText(result),
  }));
}

/** `64 of 64 requests completed`, with the errors by class. */
function workText({ work }: CheckResult): string {
  if (work === undefined) return "";
  const errors = Object.entries(work.errors)
    .filter(([, n]) => n > 0)
    .map(([error, n]) => `${whole(n)} ${error}`);
  const tail = errors.length === 0 ? "" : `; ${list(errors)}`;
  return `${whole(work.completed)} of ${count(work.asked, "request")} completed${tail}`;
}

/** Gates as the user wrote them, failed first, each with the row that decided. */
export function gateViews(verdict: Verdict, names: Labels): readonly GateView[] {
  const order = ["failed", "inconclusive", "not-tested", "passed"];
  return verdict.gates
    .map((gate): GateView => {
      const deciding = gate.rows.find((row) => row.advisory === undefined);
      return {
        text: gate.text,
        status: gate.status,
        ...gateWords(gate.status),
        worst:
          deciding === undefined
            ? (gate.reason ?? "Nothing was measured that this gate could test.")
            : worst(deciding.detail, names.of(deciding.cell).label, deciding.workload),
        rows: gate.rows.map((row) => ({
          cell: names.of(row.cell),
          workload: row.workload,
          ...rowWords(row),
        })),
      };
    })
    .sort((a, b) => order.indexOf(a.status) - order.indexOf(b.status));
}

/** A row that only informs fails nothing, in no format; its sentence still says what was found. */
function rowWords({ status, detail, advisory }: GateRow): Pick<GateView["rows"][number], "status" | "word" | "tone" | "detail"> {
  if (advisory === undefined) return { status, word: gateWords(status).word, tone: gateWords(status).tone, detail };
  const found = `${gateWords(status).word}; ${detail}`;
  return { status: "not-tested", word: "informs", tone: gateWords("not-tested").tone, detail: `${found}; ${advisory}` };
}

function worst(detail: string, cell: string, workload: string): string {
  return `${[cell, workload].filter((part) => part !== "").join(", ")}: ${detail}`;
}
