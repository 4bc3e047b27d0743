import type { Comparison, Failure, FailureClass, LaunchRecord, Remedy, RunRecord, Verdict } from "../../model/index.ts";
import { duration } from "../numbers.ts";
import { reproduction } from "../quote.ts";
import type { FailureCard } from "../shape.ts";
import { classWords } from "../words.ts";
import { beforeText } from "./cells.ts";
import { sentence } from "./facts.ts";
import type { Labels } from "./labels.ts";

interface Failed {
  readonly cell: string;
  readonly launch: LaunchRecord;
  readonly failure: Failure;
  readonly class: FailureClass;
  readonly model: string;
}

/** Failed launches gathered by what broke; the class that hit most cells comes first. */
export function failureCards(record: RunRecord, comparison: Comparison, verdict: Verdict, names: Labels): readonly FailureCard[] {
  const failed = record.cells.flatMap((cell) =>
    cell.launches.flatMap((launch): Failed[] =>
      launch.outcome.state === "failed"
        ? [
            {
              cell: cell.cell.id,
              launch,
              failure: launch.outcome.failure,
              class: launch.diagnosis?.class ?? "unknown",
              model: record.run.model,
            },
          ]
        : [],
    ),
  );
  const classes = [...new Set(failed.map((one) => one.class))];
  return classes
    .map((of) =>
      card(
        of,
        failed.filter((one) => one.class === of),
        comparison,
        verdict,
        names,
      ),
    )
    .sort((a, b) => severity(a) - severity(b) || b.cells.length - a.cells.length);
}

/** Red before amber before grey. */
function severity(card: FailureCard): number {
  return ["bad", "warn", "muted", "good"].indexOf(card.tone);
}

function card(of: FailureClass, all: readonly Failed[], comparison: Comparison, verdict: Verdict, names: Labels): FailureCard {
  // The surest diagnosis tells the story of the whole group.
  const order = ["certain", "likely", "guess"];
  const told = all.toSorted((a, b) => rank(order, a.launch.diagnosis?.confidence) - rank(order, b.launch.diagnosis?.confidence));
  const first = told[0];
  const diagnosis = first?.launch.diagnosis;
  const verdicts = new Map(verdict.cells.map((cell) => [cell.cell, classWords(cell.class)]));
  const tones = new Set(all.map((one) => verdicts.get(one.cell)?.tone ?? "bad"));
  return {
    class: of,
    title: diagnosis?.title ?? "The server failed and no known signature matched",
    rootCause: diagnosis?.rootCause ?? (first === undefined ? "" : happened(first.failure)),
    confidence: diagnosis?.confidence ?? "guess",
    tone: (["bad", "warn", "muted"] as const).find((tone) => tones.has(tone)) ?? "bad",
    attributions: verdict.attributions
      .filter((one) => one.class === of)
      .map((one) => sentence(`${one.sentence.charAt(0).toUpperCase()}${one.sentence.slice(1)}`)),
    cells: all.map((one) => ({
      ...names.of(one.cell),
      launch: one.launch.number,
      happened: happened(one.failure),
      ...phaseOf(one),
      ...(one.launch.diagnosis?.worker === undefined ? {} : { worker: one.launch.diagnosis.worker }),
      before: beforeText(comparison, one.cell),
      word: verdicts.get(one.cell)?.word ?? "not judged",
      log: one.launch.log,
    })),
    evidence: diagnosis?.evidence ?? [],
    remedies: (diagnosis?.remedies ?? []).map((remedy) => ({ text: remedy.text, how: how(remedy) })),
    sources: diagnosis?.sources ?? [],
    ...(diagnosis?.infra === undefined ? {} : { infra: diagnosis.infra }),
    reproduce: first === undefined ? "" : reproduction(first.launch, first.model),
    logTail: first === undefined || first.failure.kind === "spawn" ? [] : first.failure.logTail,
  };
}

function rank(order: readonly string[], confidence: string | undefined): number {
  return confidence === undefined ? order.length : order.indexOf(confidence);
}

function phaseOf(one: Failed): { readonly phase?: string } {
  const phase = one.failure.kind === "spawn" ? "spawn" : (one.launch.diagnosis?.phase ?? one.failure.phase);
  return { phase };
}

function how(remedy: Remedy): string {
  if (remedy.command !== undefined) return remedy.command;
  return Object.entries(remedy.axes ?? {})
    .map(([axis, value]) => `${axis}: ${value}`)
    .join(", ");
}

/** What the process did, as seen from outside. */
export function happened(failure: Failure): string {
  switch (failure.kind) {
    case "spawn":
      return `could not be started: ${failure.message}`;
    case "exited":
      return `${exitText(failure)} in phase ${failure.phase}`;
    case "fatal-line":
      return `printed a line no server survives in phase ${failure.phase}`;
    case "hang":
      return `printed nothing for ${duration(failure.silentForMs)} in phase ${failure.phase} (limit ${duration(failure.limitMs)})`;
    case "wrong-server":
      return `another server answered: expected ${failure.expected}, found ${failure.found}`;
    case "check":
      return `failed the ${failure.check} check: ${failure.message}`;
    default:
      return failure satisfies never;
  }
}

function exitText(failure: { readonly exitCode?: number; readonly signal?: string }): string {
  if (failure.signal !== undefined) return `was ended by ${failure.signal}`;
  return failure.exitCode === undefined ? "ended by itself" : `exited with code ${failure.exitCode}`;
}
