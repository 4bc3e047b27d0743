import type { RunRecord, UnknownRow } from "../model/index.ts";

/** Errors that no signature knows, over runs in the order of time: in how many each came, first and last. */
export function unknownsOf(runs: readonly RunRecord[]): UnknownRow[] {
  const found = new Map<string, UnknownRow>();
  for (const record of runs) {
    for (const fingerprint of new Set(sightings(record).map((each) => each.fingerprint))) {
      const before = found.get(fingerprint);
      found.set(fingerprint, {
        fingerprint,
        runs: (before?.runs ?? 0) + 1,
        from: before?.from ?? record.run.startedAt,
        to: record.run.startedAt,
      });
    }
  }
  return [...found.values()];
}

/** Says of every unknown error of this run whether the baseline's runs had it too, as sentences. */
export function unknownNotes(head: RunRecord, base: RunRecord | undefined): string[] {
  const known = base === undefined ? [] : (base.history?.unknowns ?? unknownsOf([base]));
  const runs = base?.history?.runs ?? 1;
  return [...new Set(sightings(head).map((each) => each.fingerprint))].map((fingerprint) => {
    const cells = [...new Set(sightings(head).flatMap((each) => (each.fingerprint === fingerprint ? [each.cell] : [])))].join(", ");
    const seen = known.find((row) => row.fingerprint === fingerprint);
    const error = `The unrecognised error ${fingerprint} of ${cells}`;
    if (base === undefined) return `${error} cannot be looked up: there is no baseline`;
    if (seen === undefined) return `${error} is new: ${runs === 1 ? "the baseline never" : `none of the baseline's ${runs} runs`} had it`;
    const when = seen.from === seen.to ? `on ${day(seen.from)}` : `first on ${day(seen.from)}, last on ${day(seen.to)}`;
    return `${error} was seen before: in ${seen.runs} of the baseline's ${runs} ${runs === 1 ? "run" : "runs"}, ${when}`;
  });
}

function sightings(record: RunRecord): { readonly cell: string; readonly fingerprint: string }[] {
  return record.cells.flatMap(({ cell, launches }) =>
    launches.flatMap(({ diagnosis }) =>
      diagnosis?.fingerprint === undefined ? [] : [{ cell: cell.id, fingerprint: diagnosis.fingerprint }],
    ),
  );
}

function day(time: string): string {
  return time.slice(0, 10);
}
