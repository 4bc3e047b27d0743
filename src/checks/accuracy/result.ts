import type { CheckResult, MetricValue } from "../../model/index.ts";
import { detectableLoss, wilson } from "../../stats/index.ts";
import { count, type Asked } from "./asking.ts";

/** More errors than this and the answers that did come are no fair sample; no number is given. */
const ERRORS_ALLOWED = 0.01;
/** From here on garbage is the finding, not the accuracy. */
const GARBAGE_SHARE = 0.5;

export interface Outcome {
  /** Questions that were to be answered. */
  readonly wanted: number;
  readonly asked: readonly Asked[];
  readonly cancelled: boolean;
  readonly repeats?: NonNullable<CheckResult["repeats"]>;
  readonly stopped?: { readonly why: string; readonly early: NonNullable<CheckResult["stoppedEarly"]> };
}

/** Errors are errors, never wrong answers. */
export function resultOf(workload: string, { wanted, asked, cancelled, repeats, stopped }: Outcome): Omit<CheckResult, "durationMs"> {
  const right = count(asked, "right");
  const answered = right + count(asked, "wrong");
  const failures = asked.filter(({ outcome }) => outcome === "error");
  const errors: Record<string, number> = {};
  for (const { error = "error-in-stream" } of failures) errors[error] = (errors[error] ?? 0) + 1;
  const common = {
    id: "accuracy",
    workload,
    rows: [],
    answers: asked.map(({ id, outcome, got }) => ({ id, outcome, ...(got === undefined ? {} : { got }) })),
    work: { asked: wanted, completed: answered, errors },
    ...(repeats === undefined ? {} : { repeats }),
    ...(stopped === undefined ? {} : { stoppedEarly: stopped.early }),
  } as const;
  const none: readonly MetricValue[] = [];
  if (cancelled) return { ...common, status: "error", metrics: none, message: `cancelled after ${asked.length} of ${wanted} questions` };
  const [first] = failures;
  const example = first === undefined ? "" : `, the first ${first.error}: ${first.detail}`;
  if (answered === 0) return { ...common, status: "error", metrics: none, message: `no question was answered${example}` };
  if (wanted - answered > wanted * ERRORS_ALLOWED)
    return { ...common, status: "failed", metrics: none, message: `${wanted - answered} of ${wanted} questions ended in errors${example}` };
  const metrics = [metric(workload, right, answered)];
  const garbled = asked.filter(({ garbage: flaw }) => flaw !== undefined);
  if (garbled.length >= answered * GARBAGE_SHARE) {
    const message = `${garbled.length} of ${answered} answers are garbage: ${garbled[0]?.garbage}`;
    return { ...common, status: "failed", metrics, message };
  }
  const failed = failures.length === 0 ? "" : `, ${failures.length} errors`;
  const early = stopped === undefined ? "" : `; stopped early of ${stopped.early.of}: ${stopped.why}`;
  return {
    ...common,
    status: "passed",
    metrics,
    message: `${right} of ${answered} right${failed}${early}${repeatText(repeats, answered)}`,
  };
}

/** What could not be asked, with the reason: it counts as not tested, never as passed. */
export function skipped(workload: string, message: string): Omit<CheckResult, "durationMs"> {
  return { id: "accuracy", workload, status: "skipped", message, rows: [], metrics: [] };
}

function metric(workload: string, right: number, answered: number): MetricValue {
  const { low, high } = wilson(right, answered);
  const value = (100 * right) / answered;
  return { metric: "accuracy", workload, value, unit: "percent", n: answered, low: 100 * low, high: 100 * high };
}

/** What so many questions can show, given how many answers change by themselves. Not even one seen stands for half of one. */
function repeatText(repeats: CheckResult["repeats"], answered: number): string {
  if (repeats === undefined || repeats.asked === 0) return "";
  const flips = Math.max(repeats.flipped, 0.5) / repeats.asked;
  const least = detectableLoss(answered, flips);
  const shown = least === undefined ? "no loss can be shown" : `a loss of ${(100 * least).toFixed(1)} points or more is found 4 times in 5`;
  return `; ${repeats.flipped} of ${repeats.asked} flipped when asked again, so with ${answered} questions ${shown}`;
}
