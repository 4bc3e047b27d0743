import type { Context, GpuWindow, Milliseconds } from "../model/index.ts";
import { computeApps } from "./gpus.ts";
import { readXids, type Xid } from "./xid.ts";
import { intruders, type Intruder, type Owns } from "./intruders.ts";
import { askGpus, numberSaid, type GpuStatus } from "./gpu-status.ts";

/** Asked once a second while something is measured. Counters are microseconds since the driver was loaded. */
const FIELDS = [
  "power.draw.instant",
  "power.draw",
  "temperature.gpu",
  "temperature.memory",
  "clocks.current.sm",
  "utilization.gpu",
  "memory.used",
  "ecc.errors.uncorrected.volatile.total",
  "clocks_event_reasons_counters.sw_power_cap",
  "clocks_event_reasons_counters.sw_thermal_slowdown",
  "clocks_event_reasons_counters.hw_thermal_slowdown",
  "clocks_event_reasons_counters.hw_power_brake_slowdown",
] as const;
type Field = (typeof FIELDS)[number];

/** One look at one GPU; a number that was not told is absent. */
export interface GpuSample {
  /** On the clock of the run, in the middle of the question. */
  readonly atMs: Milliseconds;
  readonly said: Readonly<Partial<Record<Field, number>>>;
}

export interface Seen {
  readonly gpus: readonly GpuWindow[];
  /** Processes of others that used the GPUs meanwhile, in words. */
  readonly intruders: readonly Intruder[];
  /** What the driver has written about the GPUs into the kernel's log since the launch. */
  readonly xids: readonly Xid[];
  /** Why a look was not answered. */
  readonly trouble?: string;
}

/** Samples the GPUs from now on. */
export interface GpuWatch {
  /** What happened from `fromMs` to `toMs` on the clock of the run; takes a last sample when none was taken after `toMs`. */
  window(fromMs: Milliseconds, toMs: Milliseconds): Promise<Seen>;
  stop(): void;
}

const EVERY_MS = 1000;
const MIB = 1024 * 1024;

/** Starts sampling. A question that fails is remembered as trouble and asked again; it ends nothing. */
export function watchGpus(
  uuids: readonly string[],
  { clock, env, signal }: Pick<Context, "clock" | "env" | "signal">,
  owns: Owns,
  kernelLog: () => Promise<readonly string[]> = async () => [],
): GpuWatch {
  const others = intruders(uuids, owns);
  const samples = new Map<string, GpuSample[]>(uuids.map((uuid) => [uuid, []]));
  const over = new AbortController();
  const stopped = AbortSignal.any([signal, over.signal]);
  let fields: readonly Field[] = FIELDS;
  let trouble: string | undefined;
  let latestMs = -Infinity;
  const look = async (): Promise<void> => {
    const askedMs = clock.now();
    const [answer, apps] = await Promise.all([askGpus(fields, { env, signal: stopped }), computeApps({ env, signal: stopped })]);
    if (stopped.aborted) return;
    if (apps.state === "known") await others.look(apps.apps, askedMs);
    else trouble = apps.state === "absent" ? "nvidia-smi is gone from PATH" : apps.reason;
    if (answer.state !== "known") {
      trouble = answer.state === "absent" ? "nvidia-smi is gone from PATH" : answer.reason;
      return;
    }
    // A driver that lacks a field is asked for the others only, so that each look is one question.
    fields = answer.fields;
    latestMs = askedMs;
    const atMs = (askedMs + clock.now()) / 2;
    for (const uuid of uuids) {
      const gpu = answer.gpus.find((each) => each.uuid === uuid);
      if (gpu === undefined)
        trouble = `${uuid} did not answer${answer.unread[0] === undefined ? "" : `: ${answer.unread[0].slice(0, 200)}`}`;
      else samples.get(uuid)?.push(sampleOf(gpu, atMs));
    }
  };
  const loop = async (): Promise<void> => {
    while (!stopped.aborted) {
      const from = clock.now();
      await look();
      if (!stopped.aborted) await clock.sleep(Math.max(50, EVERY_MS - (clock.now() - from)), stopped).catch(() => undefined);
    }
  };
  void loop();
  return {
    async window(fromMs, toMs) {
      if (latestMs < toMs && !stopped.aborted) await look();
      const gpus = uuids.map((uuid) => windowOf(uuid, samples.get(uuid) ?? [], fromMs, toMs));
      return {
        gpus,
        intruders: others.between(fromMs, toMs),
        xids: readXids(await kernelLog()),
        ...(trouble === undefined ? {} : { trouble }),
      };
    },
    stop: () => over.abort(),
  };
}

/**
 * What the samples say about a window. Instantaneous values are averaged over time, each holding until half way to the next, cut at
 * the window's ends; counters are interpolated at the ends, because they run on between samples.
 */
export function windowOf(uuid: string, all: readonly GpuSample[], fromMs: Milliseconds, toMs: Milliseconds): GpuWindow {
  const inside = all.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
  const valuesOf = (field: Field): number[] => inside.flatMap(({ said }) => said[field] ?? []);
  const mean = (field: Field): number | undefined => timeMean(all, field, fromMs, toMs);
  const most = (field: Field): number | undefined => (valuesOf(field).length === 0 ? undefined : Math.max(...valuesOf(field)));
  const least = (field: Field): number | undefined => (valuesOf(field).length === 0 ? undefined : Math.min(...valuesOf(field)));
  const grown = (field: Field): number | undefined => growth(all, field, fromMs, toMs);
  const thermal = [grown(FIELDS[9]), grown(FIELDS[10])].filter((us) => us !== undefined);
  const power = mean("power.draw.instant") ?? mean("power.draw");
  const memory = most("memory.used");
  return {
    uuid,
    samples: inside.length,
    ...told("powerWatts", power),
    ...told("energyJoules", power === undefined ? undefined : (power * (toMs - fromMs)) / 1000),
    ...told("temperatureMax", most("temperature.gpu")),
    ...told("memoryTemperatureMax", most("temperature.memory")),
    ...told("smClockMhz", mean("clocks.current.sm")),
    ...told("smClockMhzMin", least("clocks.current.sm")),
    ...told("utilisationPercent", mean("utilization.gpu")),
    ...told("memoryUsedBytesMax", memory === undefined ? undefined : memory * MIB),
    ...told("powerCappedMs", thousandth(grown("clocks_event_reasons_counters.sw_power_cap"))),
    ...told("thermalThrottledMs", thermal.length === 0 ? undefined : Math.max(...thermal) / 1000),
    ...told("powerBrakeMs", thousandth(grown("clocks_event_reasons_counters.hw_power_brake_slowdown"))),
    // An error between two samples belongs to the window if it may.
    ...told("uncorrectedErrors", stepGrowth(all, "ecc.errors.uncorrected.volatile.total", fromMs, toMs)),
  };
}

function sampleOf(gpu: GpuStatus<Field>, atMs: Milliseconds): GpuSample {
  const numbers = FIELDS.flatMap((field) => {
    const value = numberSaid(gpu, field);
    return value === undefined ? [] : [[field, value] as const];
  });
  return { atMs, said: Object.fromEntries(numbers) };
}

function timeMean(all: readonly GpuSample[], field: Field, fromMs: Milliseconds, toMs: Milliseconds): number | undefined {
  const points = all.flatMap(({ atMs, said }) => (said[field] === undefined ? [] : [{ atMs, value: said[field] }]));
  let [sum, weight] = [0, 0];
  for (const [index, { atMs, value }] of points.entries()) {
    const [before, after] = [points[index - 1]?.atMs, points[index + 1]?.atMs];
    const begin = Math.max(fromMs, before === undefined ? atMs - EVERY_MS / 2 : (before + atMs) / 2);
    const end = Math.min(toMs, after === undefined ? atMs + EVERY_MS / 2 : (after + atMs) / 2);
    if (end <= begin) continue;
    sum += value * (end - begin);
    weight += end - begin;
  }
  return weight === 0 ? undefined : sum / weight;
}

/** Growth of a running counter over the window; undefined unless it was read before or at the start, and at or after the end. */
function growth(all: readonly GpuSample[], field: Field, fromMs: Milliseconds, toMs: Milliseconds): number | undefined {
  const [start, end] = [counterAt(all, field, fromMs), counterAt(all, field, toMs)];
  return start === undefined || end === undefined || end < start ? undefined : end - start;
}

function counterAt(all: readonly GpuSample[], field: Field, atMs: Milliseconds): number | undefined {
  const told = all.filter(({ said }) => said[field] !== undefined);
  const before = told.findLast((sample) => sample.atMs <= atMs) ?? nearFirst(told, atMs);
  const after = told.find((sample) => sample.atMs >= atMs);
  const [low, high] = [before?.said[field], after?.said[field]];
  if (before === undefined || after === undefined || low === undefined || high === undefined) return undefined;
  const share = after.atMs === before.atMs ? 0 : (atMs - before.atMs) / (after.atMs - before.atMs);
  return low + (high - low) * Math.max(0, share);
}

/** The first look of all, where it came so soon after the window's start that no second was missed. */
function nearFirst(told: readonly GpuSample[], atMs: Milliseconds): GpuSample | undefined {
  const [first] = told;
  return first !== undefined && first.atMs - atMs <= EVERY_MS ? first : undefined;
}

function stepGrowth(all: readonly GpuSample[], field: Field, fromMs: Milliseconds, toMs: Milliseconds): number | undefined {
  const told = all.flatMap(({ atMs, said }) => (said[field] === undefined ? [] : [{ atMs, value: said[field] }]));
  const before = told.findLast(({ atMs }) => atMs <= fromMs) ?? told[0];
  const after = told.find(({ atMs }) => atMs >= toMs) ?? told.at(-1);
  return before === undefined || after === undefined ? undefined : Math.max(0, after.value - before.value);
}

function told<Name extends string>(name: Name, value: number | undefined): Partial<Record<Name, number>> {
  return value === undefined || !Number.isFinite(value) ? {} : ({ [name]: value } as Record<Name, number>);
}

function thousandth(us: number | undefined): number | undefined {
  return us === undefined ? undefined : us / 1000;
}
