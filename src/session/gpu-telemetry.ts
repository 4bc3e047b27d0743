import type { MeasuredPass } from "../checks/index.ts";
import type { GpuWatch } from "../machine/index.ts";
import type { CheckResult, CheckRow, GpuTelemetry, GpuWindow, Validity } from "../model/index.ts";

/** Slowed by heat or by the power supply for more than this share of the window: the numbers are degraded, or invalid. */
const SUSPECT_SHARE = 0.01;
const VOID_SHARE = 0.05;

/**
 * A check's result with what the GPUs did while it measured: a row and a record for each pass, and what it means for the numbers. A
 * check without passes is told as one.
 */
export async function withGpus(
  result: CheckResult,
  passes: readonly MeasuredPass[],
  span: { readonly fromMs: number; readonly toMs: number },
  watch: GpuWatch,
): Promise<CheckResult> {
  const measured = passes.length > 0 ? passes : [{ workload: result.workload, ...span, outputTokens: 0 }];
  const gpu: GpuTelemetry[] = [];
  const rows: CheckRow[] = [];
  const flaws: Validity[] = [];
  for (const { workload, fromMs, toMs, outputTokens } of measured) {
    const { gpus, intruders, xids, trouble } = await watch.window(fromMs, toMs);
    const one = telemetry(workload, toMs - fromMs, gpus, outputTokens);
    gpu.push(one);
    if (passes.length > 0) rows.push(rowOf(one, trouble));
    flaws.push(...flawsOf(one));
    for (const { code, fault, line } of xids) {
      if (fault === "program") continue;
      flaws.push({
        state: fault === "hardware" ? "invalid" : "degraded",
        reasons: [`${during(workload)}the driver reported Xid ${code}: ${line}`],
      });
    }
    // "other process" is what voids a pair of launches: the machine spoiled it, not the server.
    for (const { text, certain } of intruders)
      flaws.push({ state: certain ? "invalid" : "degraded", reasons: [`${during(workload)}other process ${text}`] });
  }
  const validity = passes.length === 0 && flaws.length === 0 ? result.validity : worse(result.validity, flaws);
  return { ...result, rows: [...result.rows, ...rows], gpu, ...(validity === undefined ? {} : { validity }) };
}

function telemetry(workload: string, windowMs: number, gpus: readonly GpuWindow[], outputTokens: number): GpuTelemetry {
  const energies = gpus.flatMap(({ energyJoules }) => energyJoules ?? []);
  // The sum over some of the GPUs would be an energy that nobody measured.
  const whole = energies.length === gpus.length && outputTokens > 0;
  const joules = energies.reduce((sum, each) => sum + each, 0);
  return { workload, windowMs, gpus, ...(whole ? { joulesPerOutputToken: joules / outputTokens } : {}) };
}

/** What heat, power supply and memory errors do to the numbers of a window; a counter that was not told says nothing. */
function flawsOf({ workload, windowMs, gpus }: GpuTelemetry): Validity[] {
  return gpus.flatMap(({ uuid, thermalThrottledMs = 0, powerBrakeMs = 0, uncorrectedErrors = 0 }) => [
    ...slowed(`${during(workload)}${uuid} was slowed by heat`, thermalThrottledMs / windowMs),
    ...slowed(`${during(workload)}${uuid} was slowed by the power supply`, powerBrakeMs / windowMs),
    ...(uncorrectedErrors > 0
      ? [{ state: "invalid", reasons: [`${during(workload)}${uuid} had ${uncorrectedErrors} uncorrected memory errors`] } as const]
      : []),
  ]);
}

/** A check that has but one workload does not name it. */
function during(workload: string): string {
  return workload === "" ? "" : `${workload}: `;
}

function slowed(what: string, share: number): Validity[] {
  if (!(share > SUSPECT_SHARE)) return [];
  // The driver's counters are refreshed now and then, and a refresh can bring more than a short window holds.
  const percent = Math.min(100, share * 100).toFixed(1);
  return [{ state: share > VOID_SHARE ? "invalid" : "degraded", reasons: [`${what} for ${percent} % of the time`] }];
}

const STATES = ["valid", "degraded", "invalid"] as const;

function worse(own: Validity | undefined, more: readonly Validity[]): Validity {
  const all = [...(own === undefined ? [] : [own]), ...more];
  const state = STATES[Math.max(0, ...all.map((each) => STATES.indexOf(each.state)))] ?? "valid";
  return { state, reasons: all.flatMap(({ reasons }) => reasons) };
}

function rowOf({ workload, gpus, joulesPerOutputToken }: GpuTelemetry, trouble: string | undefined): CheckRow {
  const common = { id: `gpu ${workload}`, title: `GPUs during ${workload}` };
  const samples = gpus.reduce((sum, gpu) => sum + gpu.samples, 0);
  if (samples === 0) return { ...common, status: "skipped", detail: trouble ?? "the pass ended before the GPUs could be looked at" };
  const watts = gpus.flatMap(({ powerWatts }) => powerWatts ?? []);
  const hottest = gpus.flatMap(({ temperatureMax }) => temperatureMax ?? []);
  const slow = gpus.flatMap(({ thermalThrottledMs, powerBrakeMs }) => [thermalThrottledMs ?? [], powerBrakeMs ?? []].flat());
  const parts = [
    watts.length === 0 ? "power not told" : `${Math.round(watts.reduce((sum, each) => sum + each, 0))} W in all`,
    ...(joulesPerOutputToken === undefined ? [] : [`${joulesPerOutputToken.toPrecision(3)} J per output token`]),
    ...(hottest.length === 0 ? [] : [`at most ${Math.max(...hottest)} °C`]),
    slow.length === 0 ? "throttling not told" : `slowed by heat or power supply for at most ${Math.round(Math.max(...slow))} ms`,
    ...(trouble === undefined ? [] : [`not all looks were answered: ${trouble}`]),
  ];
  return { ...common, status: "passed", detail: parts.join(", ") };
}
