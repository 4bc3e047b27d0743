import { untried } from "../attribute/index.ts";
import { axesText, type Config, type Context, type MachineFacts, type Milliseconds, type RunRecord } from "../model/index.ts";
import { fold } from "../record/index.ts";
import { run } from "../session/index.ts";
import type { Event } from "../model/index.ts";
import { planFor, type LadderRequest } from "./remedies.ts";

/**
 * Launches cells that the matrix lacks, one launch each and at most `most`, until the smallest conjunction of toggles behind every failure
 * is named or nothing more can tell. A cell that cannot be planned costs nothing; none is started that the budget would not see through.
 * These cells stand apart in the record: they explain failures, and no gate asks after them.
 */
export async function bisect(
  request: LadderRequest,
  record: () => RunRecord | undefined,
  most: number,
  context: Omit<Context, "emit" | "workDir">,
): Promise<void> {
  const impossible = new Set<string>();
  for (let launched = 0; launched < most && !context.signal.aborted; launched++) {
    const known = record();
    if (known === undefined || !affords(request.prepared.config, known, request.machine, Date.parse(context.clock.timestamp()))) return;
    const next = untried(known).flatMap((axes) => {
      if (impossible.has(axesText(axes))) return [];
      const planned = planFor(request.prepared, axes);
      // Two names of one server would tell nothing.
      const same = [...known.cells, ...(known.bisected ?? [])].some(
        ({ cell }) => typeof planned !== "string" && cell.fingerprint === planned.cell.fingerprint,
      );
      if (typeof planned !== "string" && !same) return [planned];
      impossible.add(axesText(axes));
      return [];
    })[0];
    if (next === undefined) return;
    const { prepared, machine, header, checks, ledgerDir, secrets, workDir } = request;
    const events: Event[] = [];
    await run(
      {
        plan: { ...prepared.plan, cells: [next], skipped: [] },
        config: { ...prepared.config, launches: 1 },
        engine: prepared.engine,
        checks,
        run: { ...header, id: `${header.id}-bisect-${launched + 1}` },
        machine,
        ledgerDir,
        secrets,
        baseDir: prepared.baseDir,
      },
      {
        ...context,
        emit: (event) => {
          events.push(event);
          if (event.kind === "launch-started")
            request.emit({ kind: "progress", text: "launched to tell toggles apart", cell: next.cell.id, launch: 1 });
        },
        workDir,
      },
    );
    const cell = fold(events)?.cells[0];
    if (cell !== undefined && cell.launches.length > 0) request.emit({ kind: "cell-bisected", cell });
  }
}

const MINUTE_MS = 60_000;

/** Whether one more launch, as long as the longest so far, would end within the budget. */
function affords({ budget, machine }: Config, record: RunRecord, facts: MachineFacts, now: Milliseconds): boolean {
  if (budget === undefined) return true;
  const cells = [...record.cells, ...(record.bisected ?? [])];
  const times = cells.flatMap(({ launches }) => launches.map(({ phases }) => phases.at(-1)?.toMs ?? 0));
  const minutes = (now - Date.parse(record.run.startedAt) + Math.max(0, ...times)) / MINUTE_MS;
  const gpus = machine.count ?? Math.max(1, facts.gpus.length);
  return minutes <= (budget.minutes ?? Number.POSITIVE_INFINITY) && (minutes / 60) * gpus <= (budget.gpuHours ?? Number.POSITIVE_INFINITY);
}
