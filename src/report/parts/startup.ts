import type { CellRecord, LaunchRecord, ResolvedSetting, RunRecord } from "../../model/index.ts";
import { duration } from "../numbers.ts";
import type { SettingRow, Timeline, Tone } from "../shape.ts";
import { list, SYMBOLS } from "../words.ts";
import type { Labels } from "./labels.ts";

const EFFECTS: Readonly<Record<ResolvedSetting["effect"], { readonly word: SettingRow["effect"]; readonly tone: Tone }>> = {
  fallback: { word: "fallback", tone: "bad" },
  inert: { word: "inert", tone: "warn" },
  unverifiable: { word: "unverifiable", tone: "muted" },
  "as-requested": { word: "as requested", tone: "good" },
};

/** Asked against resolved, what did not take effect first; launches of a cell that agree are told once. */
export function settingRows(record: RunRecord, names: Labels): readonly SettingRow[] {
  const rows = record.cells.flatMap(({ cell, launches }) => {
    const seen = new Set<string>();
    return launches
      .flatMap((launch) => launch.resolved)
      .filter((one) => {
        const at = JSON.stringify([one.axis, one.effect, one.resolved]);
        return seen.has(at) ? false : seen.add(at);
      })
      .map((one): SettingRow => {
        const { word, tone } = EFFECTS[one.effect];
        return {
          cell: names.of(cell.id),
          axis: one.axis,
          requested: one.requested,
          resolved: one.resolved ?? (one.effect === "as-requested" ? one.requested : "unknown"),
          effect: word,
          tone,
          symbol: SYMBOLS[tone],
          evidence: one.evidence ?? noEvidence(one),
          ...(one.because === undefined ? {} : { because: one.because }),
        };
      });
  });
  const order = Object.values(EFFECTS).map((effect) => effect.word);
  return rows.sort((a, b) => order.indexOf(a.effect) - order.indexOf(b.effect));
}

function noEvidence(one: ResolvedSetting): string {
  switch (one.effect) {
    case "as-requested":
      return "proved by silence: another value would have printed a line";
    case "inert":
      return "the line that should have appeared did not";
    case "unverifiable":
      return "the engine offers no proof for this value";
    case "fallback":
      return "no line was kept";
    default:
      return one.effect satisfies never;
  }
}

/** Start-up of every launch, phase by phase. */
export function timelines(record: RunRecord, names: Labels): readonly Timeline[] {
  return record.cells.flatMap((cell) => cell.launches.map((launch) => timeline(cell, launch, names)));
}

function timeline({ cell, launches }: CellRecord, launch: LaunchRecord, names: Labels): Timeline {
  const spans = launch.phases
    .filter((span) => span.phase !== "serving" && span.phase !== "stopping" && Number.isFinite(span.fromMs) && span.toMs >= span.fromMs)
    .map((span) => ({ phase: span.phase, fromMs: span.fromMs, toMs: span.toMs, text: duration(span.toMs - span.fromMs) }));
  const endMs = Math.max(0, ...spans.map((span) => span.toMs));
  return {
    cell: names.of(cell.id),
    launch: launch.number,
    launches: launches.length,
    spans,
    endMs,
    ...withCaches(endOf(launch, endMs), launch),
    stop: stopText(launch),
  };
}

function withCaches(end: Pick<Timeline, "end" | "tone" | "word">, { caches }: LaunchRecord): Pick<Timeline, "end" | "tone" | "word"> {
  if (caches === undefined) return end;
  return { ...end, end: `${end.end}, ${caches === "cold" ? "on cold caches: it had to compile" : "on warm caches"}` };
}

function endOf({ outcome }: LaunchRecord, endMs: number): Pick<Timeline, "end" | "tone" | "word"> {
  switch (outcome.state) {
    case "measured":
      return { end: `ready after ${duration(outcome.readyAfterMs)}`, tone: "good", word: "ready" };
    case "failed": {
      const ready = outcome.readyAfterMs === undefined ? "" : `ready after ${duration(outcome.readyAfterMs)}, then `;
      const phase = outcome.failure.kind === "spawn" ? "spawn" : outcome.failure.phase;
      const after = ready === "" ? ` after ${duration(endMs)}` : "";
      return { end: `${ready}failed in ${phase}${after}`, tone: "bad", word: "failed" };
    }
    case "interrupted":
      return { end: `interrupted during ${outcome.during}`, tone: "muted", word: "interrupted" };
    default:
      return outcome satisfies never;
  }
}

function stopText({ stop }: LaunchRecord): string {
  if (stop === undefined) return "how it stopped was not recorded";
  if (stop.how === "not-ours") return "left running: it was not started by this run";
  const how = { graceful: "stopped when asked", killed: "had to be killed", "already-gone": "was already gone" }[stop.how];
  const left = stop.leftovers.length === 0 ? "nothing was left" : `left behind: ${list(stop.leftovers)}`;
  const shared = (stop.sharedMemory ?? []).map((text) => `; shared memory: ${text}`).join("");
  return `${how} (${duration(stop.tookMs)}), ${left}${shared}`;
}
