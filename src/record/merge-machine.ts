import type { MachineFacts, Problem } from "../model/index.ts";

/** From the tightest hold on a server to the loosest. */
const ISOLATION = ["sealed", "container", "cgroup", "tracked"] as const satisfies readonly MachineFacts["isolation"][];

/**
 * The machines of two shards told as one: every GPU once, the loosest isolation, the smaller host. Different GPU models are refused,
 * because numbers taken on them must not stand in one table.
 */
export function joinMachines(a: MachineFacts, b: MachineFacts, problems: Problem[]): MachineFacts {
  const [namesA, namesB] = [gpuNames(a), gpuNames(b)];
  if (namesA !== namesB)
    problems.push({ path: "machine.gpus", message: `the records were made on different GPUs: ${namesA} and ${namesB}` });
  const gpus = new Map([...a.gpus, ...b.gpus].map((gpu) => [gpu.uuid, gpu]));
  const driver = bothTexts(a.driver, b.driver);
  const gpusUnknown = bothTexts(a.gpusUnknown, b.gpusUnknown);
  const kernelLogUnread = bothTexts(a.kernelLogUnread, b.kernelLogUnread);
  return {
    gpus: [...gpus.values()].sort((x, y) => (x.uuid < y.uuid ? -1 : 1)),
    ...(driver === undefined ? {} : { driver }),
    ...(gpusUnknown === undefined ? {} : { gpusUnknown }),
    ...(kernelLogUnread === undefined ? {} : { kernelLogUnread }),
    cpu: bothTexts(a.cpu, b.cpu) ?? a.cpu,
    cores: Math.min(a.cores, b.cores),
    memoryBytes: Math.min(a.memoryBytes, b.memoryBytes),
    os: bothTexts(a.os, b.os) ?? a.os,
    isolation: ISOLATION[Math.max(ISOLATION.indexOf(a.isolation), ISOLATION.indexOf(b.isolation))] ?? "tracked",
  };
}

function gpuNames(machine: MachineFacts): string {
  const names = [...new Set(machine.gpus.map((gpu) => gpu.name))].sort();
  return names.length === 0 ? "none" : names.join(", ");
}

/** `580.95.05 + 580.95.06`: each once, sorted, so that merging a third shard gives the same text in any order. */
function bothTexts(a: string | undefined, b: string | undefined): string | undefined {
  const parts = [a, b].flatMap((text) => (text === undefined ? [] : text.split(" + ")));
  return parts.length === 0 ? undefined : [...new Set(parts)].sort().join(" + ");
}
