import { ask } from "../../load/index.ts";
import {
  type CheckResult,
  type CheckRow,
  type Endpoint,
  KL_NOISE,
  type MetricValue,
  type NumericsConfig,
  type SequenceScores,
} from "../../model/index.ts";
import { divergence, diverges, type Divergence } from "../../stats/index.ts";
import type { CheckContext, CheckRun } from "../check-run.ts";
import { garbage } from "../garbage.ts";
import { greedyAnswers, type Greedy } from "./greedy.ts";
import { measureDivergence, type Group, type Measured } from "./measure.ts";
import type { Flaw } from "./scorer.ts";
import { scorer } from "./ways.ts";

const WORKLOAD = "prefill against decode";

/**
 * Lets the server generate, then has it read the same tokens as a prompt, and compares the log-probabilities. Prefill and decode run
 * through different kernels, graphs and metadata, so a fault in one of them shows, however fluent the answers are. An error that both
 * share does not; the scores and the greedy answers kept in the result are for that, cell against cell.
 */
export function numerics(config: NumericsConfig): CheckRun {
  return {
    id: "numerics",
    workload: WORKLOAD,
    async run(endpoint, at) {
      const startedMs = at.clock.now();
      const scored = await scores(config, endpoint, at);
      const rest =
        scored.status === "passed" || scored.status === "skipped" ? withGreedy(scored, await greedyAnswers(endpoint, at)) : scored;
      const whole = at.signal.aborted && rest.status !== "error" ? { ...rest, status: "error" as const, message: "cancelled" } : rest;
      return { id: "numerics", workload: WORKLOAD, rows: [], metrics: [], durationMs: at.clock.now() - startedMs, ...whole };
    },
  };
}

async function scores(config: NumericsConfig, endpoint: Endpoint, at: CheckContext): Promise<Rest> {
  const ways = scorer(endpoint, at);
  if (ways === undefined) {
    const why = endpoint.dialect.logprobs ? "it is not known how" : "this kind of server offers none";
    return { status: "skipped", message: `log-probabilities of given tokens cannot be asked for: ${why}` };
  }
  const measured = await measureDivergence(ways, { ...config, longPrompt: await longPrompt(config, endpoint, at) }, at);
  return at.signal.aborted ? cancelled(measured) : outcome(measured, config);
}

/** Alone, greedy answers prove nothing but that they are no garbage: a check without scores stays skipped. */
function withGreedy(scored: Rest, found: Greedy): Rest {
  if (!found.ok)
    return scored.status === "skipped"
      ? { ...scored, message: `${scored.message}; nor were plain questions answered: ${found.detail}` }
      : { ...scored, status: "failed", message: `a greedy question was not answered: ${found.detail}` };
  const { greedy } = found;
  const plain = greedy.texts.filter(({ id }) => id.startsWith("question-"));
  const flaws = plain.flatMap(({ text: said }) => garbage(said) ?? []);
  if (flaws.length * 2 >= plain.length)
    return { ...scored, status: "failed", message: `${flaws.length} of ${plain.length} greedy answers are garbage: ${flaws[0]}`, greedy };
  const kept = `${greedy.texts.length} greedy answers were kept, ${greedy.unstable.length} of them changed when asked again`;
  const row = { id: "greedy", title: "greedy answers", status: "passed", detail: kept } as const;
  return scored.status === "skipped"
    ? { ...scored, message: `${scored.message}; ${kept}, for comparison with a baseline`, greedy }
    : { ...scored, rows: [...(scored.rows ?? []), row], greedy };
}

/** The long prompt with its answer must fit the context that the server names. */
async function longPrompt({ longPrompt: wanted, tokens }: NumericsConfig, endpoint: Endpoint, at: CheckContext): Promise<number> {
  if (wanted === 0) return 0;
  const { json } = await ask(endpoint, { method: "GET", path: "/v1/models" }, at);
  const [first] = (json as { readonly data?: readonly { readonly max_model_len?: unknown }[] } | undefined)?.data ?? [];
  const room = typeof first?.max_model_len === "number" ? first.max_model_len - tokens - 1 : wanted;
  return Math.max(0, Math.min(wanted, room));
}

type Rest = Partial<CheckResult> & Pick<CheckResult, "status" | "message">;

function cancelled({ groups }: Measured): Rest {
  const pairs = groups.reduce((total, group) => total + group.pairs.length, 0);
  return { status: "error", message: `cancelled after ${pairs} sequences` };
}

function outcome({ groups, scores, flaw, asked, spent }: Measured, { limit }: NumericsConfig): Rest {
  const pairs = groups.flatMap((group) => group.pairs);
  const work = { asked, completed: pairs.length, errors: flaw === undefined ? {} : { [flaw.kind]: asked - pairs.length } };
  if (flaw !== undefined) return { ...flawed(flaw), work, ...kept(scores) };
  const all = divergence(pairs, KL_NOISE);
  if (all === undefined) return { status: "error", message: "no sequence was compared", work };
  const rows = groups.map((group) => groupRow(group, limit));
  const failed = rows.filter((row) => row.status === "failed");
  const broken = diverges(all, limit) || failed.length > 0;
  const grey = all.kl > KL_NOISE ? `; sound engines stay below ${KL_NOISE}, broken ones reach ${limit}` : "";
  return {
    status: broken ? "failed" : "passed",
    message: broken
      ? `decode does not compute what prefill computes: ${text(all)}; ${spent} tokens spent${failed.length === 0 ? "" : `; worst at ${failed.map(({ title }) => title).join(", ")}`}`
      : `${text(all)}; ${spent} tokens spent${grey}`,
    rows,
    metrics: metrics(all),
    work,
    ...kept(scores),
  };
}

function flawed({ kind, detail }: Flaw): Rest {
  switch (kind) {
    case "not-offered":
      return { status: "skipped", message: `the server gives no log-probabilities of given tokens: ${detail}` };
    case "not-finite":
      return { status: "failed", message: `a log-probability is not finite: ${detail}` };
    case "request":
      return { status: "failed", message: `a request for log-probabilities failed: ${detail}` };
    case "cancelled":
      return { status: "error", message: "cancelled" };
    default:
      return kind satisfies never;
  }
}

function groupRow({ id, title, pairs }: Group, limit: number): CheckRow {
  const found = divergence(pairs, KL_NOISE);
  if (found === undefined) return { id, title, status: "skipped", detail: "no sequence was compared" };
  return { id, title, status: diverges(found, limit) ? "failed" : "passed", detail: text(found) };
}

function text({ kl, tokens, sequences, worst, p99, top1 }: Divergence): string {
  const same = top1 === undefined ? "" : `, likeliest token the same at ${(100 * top1).toFixed(1)} %`;
  const tail = `99 % of tokens within ${p99.toFixed(3)}, the worst ${worst.toFixed(2)}`;
  return `KL ${kl.toFixed(5)} nats a token over ${tokens} tokens of ${sequences} sequences, ${tail}${same}`;
}

function metrics({ kl, low, high, tokens, top1 }: Divergence): MetricValue[] {
  const common = { workload: WORKLOAD, n: tokens };
  const interval = low === undefined || high === undefined ? {} : { low, high };
  return [
    { ...common, metric: "prefill_decode_kl", value: kl, unit: "ratio", ...interval },
    ...(top1 === undefined ? [] : [{ ...common, metric: "prefill_decode_top1", value: 100 * top1, unit: "percent" } as const]),
  ];
}

function kept(scores: readonly SequenceScores[]): { scores?: readonly SequenceScores[] } {
  return scores.length === 0 ? {} : { scores };
}
