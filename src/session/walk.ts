import type { GpuDesk } from "../machine/index.ts";
import type { CellId, Context, Event, PlannedCell, RunHeader } from "../model/index.ts";
import { launchCell } from "./launch.ts";
import type { SessionRequest } from "./run.ts";

/** The base build, launched in turns with the build under test. */
export interface BaseSide {
  readonly run: RunHeader;
  /** The same cells, started with the base's program. */
  readonly cells: readonly PlannedCell[];
  readonly emit: (event: Event) => void;
  readonly workDir: string;
  /** Uniform numbers that decide which build goes first; the same for the same seed. */
  readonly uniform: () => number;
}

interface Step {
  readonly planned: PlannedCell;
  readonly launch: number;
}

/**
 * Every launch of a run, round by round. With a base side each step is a pair on the same GPUs, one fresh server after the other: the order
 * is drawn for odd rounds and mirrored in even ones, so that a drift falls on both builds alike. A pair that was spoiled is voided on both
 * sides and launched again at the end, as many times as there were rounds. Then come the launches that `more` asks for.
 */
export async function walk(whole: SessionRequest, context: Context, desk: GpuDesk | undefined): Promise<void> {
  let request = whole;
  const { cells } = request.plan;
  const { launches } = request.config;
  // One suspicion is enough: every later launch is made outside, so that all of them ran alike.
  const leaveSeal = (): void => void (request = { ...request, outside: true });
  const last = new Map<CellId, number>();
  const voided = new Map<CellId, number>();
  const firsts = new Map<CellId, boolean>();
  const step = async (planned: PlannedCell): Promise<void> => {
    const { id } = planned.cell;
    const launch = (last.get(id) ?? 0) + 1;
    last.set(id, launch);
    if (context.signal.aborted) return;
    if (request.base === undefined) {
      const suspicion = await launchCell(request, planned, launch, context, desk);
      if (suspicion === undefined || context.signal.aborted) return;
      leaveSeal();
      context.emit({ kind: "launch-voided", cell: id, launch, reason: suspicion });
      return step(planned);
    }
    const baseFirst = launch % 2 === 1 ? request.base.uniform() < 0.5 : !(firsts.get(id) ?? false);
    firsts.set(id, baseFirst);
    const spoilt = await launchPair(request, request.base, { planned, launch }, baseFirst, context, desk, leaveSeal);
    if (spoilt === undefined || (voided.get(id) ?? 0) >= launches || context.signal.aborted) return;
    voided.set(id, (voided.get(id) ?? 0) + 1);
    for (const emit of [context.emit, request.base.emit]) emit({ kind: "launch-voided", cell: id, launch, reason: spoilt });
  };
  for (let round = 1; round <= launches; round++) for (const planned of cells) await step(planned);
  for (const planned of cells) {
    while ((last.get(planned.cell.id) ?? 0) - (voided.get(planned.cell.id) ?? 0) < launches && !context.signal.aborted) await step(planned);
  }
  for (let more = wanted(request); more.length > 0 && !context.signal.aborted; more = wanted(request)) {
    for (const planned of more) await step(planned);
  }
}

function wanted({ more, plan }: SessionRequest): readonly PlannedCell[] {
  const ids = new Set(more?.() ?? []);
  return plan.cells.filter(({ cell }) => ids.has(cell.id));
}

/** Both builds of one cell, one after the other; resolves to what spoiled the pair, or `undefined`. */
async function launchPair(
  request: SessionRequest,
  base: BaseSide,
  { planned, launch }: Step,
  baseFirst: boolean,
  context: Context,
  desk: GpuDesk | undefined,
  leaveSeal: () => void,
): Promise<string | undefined> {
  const reasons: string[] = [];
  const suspect = (side: string, reason: string | undefined): void => {
    if (reason === undefined) return;
    reasons.unshift(`${side}: ${reason}`);
    leaveSeal();
  };
  const watched = (emit: (event: Event) => void, side: string): ((event: Event) => void) => {
    return (event) => {
      emit(event);
      reasons.push(...spoils(event).map((reason) => `${side}: ${reason}`));
    };
  };
  const head = async (): Promise<void> =>
    suspect("head", await launchCell(request, planned, launch, { ...context, emit: watched(context.emit, "head") }, desk));
  const other = base.cells.find(({ cell }) => cell.id === planned.cell.id);
  const before = async (): Promise<void> => {
    if (other === undefined) return;
    const place = { ...context, emit: watched(base.emit, "base"), workDir: base.workDir };
    suspect("base", await launchCell({ ...request, run: base.run }, other, launch, place, desk));
  };
  for (const side of baseFirst ? [before, head] : [head, before]) if (!context.signal.aborted) await side();
  return reasons[0];
}

/** What makes a launch no fair sample of its build: the machine's doing, never the server's. */
function spoils(event: Event): string[] {
  if (event.kind === "launch-ended") return event.diagnosis?.infra === undefined ? [] : [event.diagnosis.infra];
  if (event.kind !== "check-finished") return [];
  const reasons = event.result.validity?.reasons ?? [];
  return reasons.filter((reason) => /slowed by|throttl|other process|neighbour|reported Xid/i.test(reason));
}
