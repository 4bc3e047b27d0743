import type { Gate, MatrixConfig, ThroughputConfig } from "../../model/index.ts";
import { axisById } from "../../axes/index.ts";
import { axisValue } from "../axis-value.ts";
import type { Pick as Picked } from "../gate/index.ts";
import type { Path } from "../place.ts";
import type { Reader } from "../reader.ts";
import { suggest } from "../suggest.ts";
import { reachable } from "./reachable.ts";

const WORKLOAD = ["input", "output", "concurrency"] as const;
type WorkloadKey = (typeof WORKLOAD)[number];

/** What a gate picks, each held against the matrix and the workloads: one that picks nothing could never be tested, and is a Problem. */
export function picked(
  reader: Reader,
  path: Path,
  picks: readonly Picked[],
  { matrix, throughput, check }: { matrix: MatrixConfig; throughput: readonly ThroughputConfig[]; check: "accuracy" | "throughput" },
): Pick<Gate, "when" | "workload"> | undefined {
  const values = reachable(matrix);
  const when: Record<string, string> = {};
  const workload: Partial<Record<WorkloadKey, number>> = {};
  let sound = true;
  const refuse = (at: number, message: string, hint: string | undefined): void => {
    sound = false;
    reader.object(path, message, hint, at);
  };
  for (const { key, value, at } of picks) {
    if (isWorkload(key)) {
      const known = workloadValues(throughput, key);
      if (check === "accuracy") refuse(at, `the accuracy check has no ${key}`, "Pick by axes of the matrix.");
      else if (known.includes(Number(value))) workload[key] = Number(value);
      else refuse(at, `no throughput check has ${key}=${value}, so this gate would judge nothing`, `Known: ${known.join(", ")}.`);
      continue;
    }
    const known = values[key];
    const named = axisValue(value, axisById(key));
    if (known === undefined)
      refuse(
        at,
        `the matrix has no axis "${key}", so this gate would judge nothing`,
        suggest(key, [...Object.keys(values), ...WORKLOAD]) ?? "The matrix is empty.",
      );
    else if (named !== undefined && known.includes(named)) when[key] = named;
    else refuse(at, `the matrix has no ${key}=${value}, so this gate would judge nothing`, suggest(value, known));
  }
  if (!sound) return undefined;
  return {
    ...(Object.keys(when).length === 0 ? {} : { when }),
    ...(Object.keys(workload).length === 0 ? {} : { workload }),
  };
}

function isWorkload(key: string): key is WorkloadKey {
  return (WORKLOAD as readonly string[]).includes(key);
}

function workloadValues(throughput: readonly ThroughputConfig[], key: WorkloadKey): number[] {
  const found = throughput.flatMap((each) => each[key]);
  return [...new Set(found)].toSorted((a, b) => a - b);
}
