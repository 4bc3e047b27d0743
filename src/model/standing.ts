import type { AxisId } from "./cell.ts";
import type { CheckResult } from "./check.ts";
import type { FailureClass } from "./failure.ts";
import type { CellRecord, LaunchRecord } from "./record.ts";

/**
 * What a launch that went wrong is filed under; `undefined` when it served or was interrupted. A failed check counts as a fault of the
 * launch, and a fault whose log looks healthy is `unknown`.
 */
export function faultOf(launch: LaunchRecord): FailureClass | undefined {
  const failed = launch.outcome.state === "failed" || launch.checks.some((check) => check.status === "failed");
  if (!failed || launch.outcome.state === "interrupted") return undefined;
  const named = launch.diagnosis?.class;
  const silent = named === undefined || named === "healthy" || named === "unknown";
  // Nothing in a log tells of wrong arithmetic; the check itself is the evidence.
  if (silent && launch.checks.some(({ id, status }) => id === "numerics" && status === "failed")) return "numeric-garbage";
  return named === undefined || named === "healthy" ? "unknown" : named;
}

/** Launched at least once, and every launch came up, was measured and failed no check. */
export function served(cell: CellRecord): boolean {
  return cell.launches.length > 0 && cell.launches.every((launch) => launch.outcome.state === "measured" && faultOf(launch) === undefined);
}

/** Values a launch is known to have run with: the resolved one where the engine fell back to something else, else the requested one. */
export function effectiveAxes(cell: CellRecord, launch: LaunchRecord | undefined = cell.launches[0]): Readonly<Record<AxisId, string>> {
  const fallen = (launch?.resolved ?? []).flatMap(({ axis, effect, resolved }) =>
    effect === "fallback" && resolved !== undefined ? [[axis, resolved] as const] : [],
  );
  return { ...cell.cell.axes, ...Object.fromEntries(fallen) };
}

/** Why the numbers of a check must not be used; `undefined` when they may. */
export function objectionTo(check: CheckResult): string | undefined {
  if (check.status !== "passed" && check.status !== "failed") return `the ${check.id} check ended as ${check.status}: ${check.message}`;
  if (check.validity?.state === "invalid") return `measured by an invalid client: ${check.validity.reasons.join("; ")}`;
  return undefined;
}
