import type { Comparison, ContainerImage, MachineFacts, RunRecord } from "../../model/index.ts";
import { duration, gigabytes } from "../numbers.ts";
import type { Fact } from "../shape.ts";
import { count } from "../words.ts";

const ENGINES = { vllm: "vLLM", sglang: "SGLang", transformers: "transformers serve", rehearsal: "rehearsal", command: "command" } as const;

const ISOLATION: Readonly<Record<MachineFacts["isolation"], string>> = {
  sealed: "sealed: servers could not outlive the run",
  container: "one container per server",
  cgroup: "one control group per server",
  tracked: "process tree tracked and swept",
};

/** Who ran what, where, for how long, against what. */
export function facts(record: RunRecord, comparison: Comparison): readonly Fact[] {
  const { run, machine } = record;
  return [
    {
      label: "Engine",
      value: run.engine.version === undefined ? ENGINES[run.engine.id] : `${ENGINES[run.engine.id]} ${run.engine.version}`,
    },
    { label: "Model", value: run.model },
    ...(run.image === undefined ? [] : [{ label: "Image", value: imageText(run.image) }]),
    { label: "GPU", value: gpuText(machine) },
    ...(machine.driver === undefined ? [] : [{ label: "Driver", value: machine.driver }]),
    { label: "Host", value: `${machine.cpu}, ${count(machine.cores, "core")}, ${gigabytes(machine.memoryBytes)}, ${machine.os}` },
    { label: "Isolation", value: ISOLATION[machine.isolation] },
    ...(machine.kernelLogUnread === undefined
      ? []
      : [{ label: "Kernel log", value: `not read, so that no Xid could be seen: ${machine.kernelLogUnread}` }]),
    { label: "Started", value: instant(run.startedAt) },
    { label: "Duration", value: durationText(record) },
    ...costFacts(record),
    ...sourceFacts(record),
    { label: "Baseline", value: baselineText(record, comparison) },
    { label: "Servegate", value: run.harness.version },
  ];
}

/** `run base-1 from 3 days before this one, engine 0.5.4, commit 0123456`, or the sentence why there is none. */
export function baselineText(record: RunRecord, { baseline }: Comparison): string {
  if (baseline.state === "none") return sentence(`No baseline: ${baseline.reason}`);
  if (baseline.state === "unfit") return sentence(`A baseline was found and not used: ${baseline.reasons.join("; ")}`);
  return [
    `run ${baseline.run} of ${instant(baseline.startedAt)}${age(baseline.startedAt, record.run.startedAt)}`,
    ...(baseline.engineVersion === undefined ? [] : [`engine ${baseline.engineVersion}`]),
    ...(baseline.headSha === undefined ? [] : [`commit ${baseline.headSha.slice(0, 10)}`]),
  ].join(", ");
}

export function sentence(text: string): string {
  const start = text.trim();
  return /[.!?…]$/.test(start) ? start : `${start}.`;
}

function gpuText(machine: MachineFacts): string {
  const kinds = new Map<string, { n: number; memory: number }>();
  for (const gpu of machine.gpus) kinds.set(gpu.name, { n: (kinds.get(gpu.name)?.n ?? 0) + 1, memory: gpu.memoryBytes });
  const texts = [...kinds].map(([name, { n, memory }]) => `${n} × ${name} (${gigabytes(memory)})`);
  return texts.length === 0 ? "none: no GPU was found on this machine" : texts.join(", ");
}

function durationText(record: RunRecord): string {
  if (record.finishedAt === undefined) return record.state === "finished" ? "not recorded" : "not known: the run did not finish";
  const ms = Date.parse(record.finishedAt) - Date.parse(record.run.startedAt);
  if (!Number.isFinite(ms) || ms < 0) return "not recorded";
  const hours = gpuHours(record);
  return hours === undefined ? duration(ms) : `${duration(ms)}, ${hours.toFixed(2)} GPU-hours`;
}

function imageText({ name, digest, id }: ContainerImage): string {
  if (digest === undefined) return id === undefined ? `${name}, digest not known` : `${name}, built here as ${id}`;
  return name.includes(digest) ? name : `${name}, ${digest}`;
}

/** GPUs are paid for while the run holds them, whatever it does. */
function costFacts(record: RunRecord): readonly Fact[] {
  const { price } = record.run;
  const hours = gpuHours(record);
  if (price === undefined || hours === undefined) return [];
  const rate = `${price.amount.toFixed(2)} ${price.currency} an hour`;
  return [{ label: "Cost", value: `${(hours * price.amount).toFixed(2)} ${price.currency} (${hours.toFixed(2)} GPU-hours at ${rate})` }];
}

function gpuHours({ run, finishedAt, machine }: RunRecord): number | undefined {
  const ms = Date.parse(finishedAt ?? "") - Date.parse(run.startedAt);
  return Number.isFinite(ms) && ms >= 0 && machine.gpus.length > 0 ? (machine.gpus.length * ms) / 3_600_000 : undefined;
}

function sourceFacts({ run }: RunRecord): readonly Fact[] {
  const { repository, headSha, baseSha, pullRequest } = run.source ?? {};
  const parts = [
    ...(repository === undefined ? [] : [repository]),
    ...(pullRequest === undefined ? [] : [`pull request ${pullRequest}`]),
    ...(headSha === undefined ? [] : [`commit ${headSha.slice(0, 10)}`]),
    ...(baseSha === undefined ? [] : [`on base ${baseSha.slice(0, 10)}`]),
  ];
  return parts.length === 0 ? [] : [{ label: "Source", value: parts.join(", ") }];
}

/** `2026-11-21 10:00 UTC`. */
function instant(timestamp: string): string {
  const match = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)/.exec(timestamp);
  return match === null ? timestamp : `${match[1]} ${match[2]} UTC`;
}

function age(base: string, head: string): string {
  const ms = Date.parse(head) - Date.parse(base);
  if (!Number.isFinite(ms) || ms < 0) return "";
  const days = Math.floor(ms / 86_400_000);
  const hours = Math.floor(ms / 3_600_000);
  if (days > 0) return ` (${count(days, "day")} older)`;
  return hours > 0 ? ` (${count(hours, "hour")} older)` : " (less than an hour older)";
}
