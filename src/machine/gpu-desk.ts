import type { Config, Context, Diagnosis, MachineFacts } from "../model/index.ts";
import { lease, type Lease } from "../shell/index.ts";
import { gpuStatus, type GpuStatus } from "./gpu-status.ts";
import { kernelMark, kernelSince, type KernelMark } from "./kernel-log.ts";
import { preflight, type Baseline, type Preflight } from "./preflight.ts";
import { untilReleased } from "./release.ts";
import type { Owns } from "./intruders.ts";
import { watchGpus, type GpuWatch } from "./telemetry.ts";
import { readXids, sameBus } from "./xid.ts";

/** The GPUs of one run: leased before the first launch, looked at before each, watched during measurement, proved free after it. */
export interface GpuDesk {
  /** Takes the lease when it is not yet taken, and looks. Rejects with the signal's reason when the run is cancelled. */
  check(onWait: (text: string) => void): Promise<Cleared | Extract<Preflight, { state: "refused" }>>;
  /** Samples the leased GPUs until it is stopped. `owns` tells the server's processes from others'. */
  watch(owns: Owns): GpuWatch;
  /** Lines of the kernel's log about the leased GPUs and killed programs since the last `check`; none where it cannot be read. */
  kernelLog(): Promise<readonly string[]>;
  /** What is still held on them, in words; empty is the promise. */
  released(baseline: Baseline): Promise<string[]>;
  /** Gives the lease back. */
  close(): Promise<void>;
}

export interface Cleared {
  readonly state: "clear";
  readonly baseline: Baseline;
  /** Variables that confine a server to the leased GPUs; empty where all of the machine's are leased. */
  readonly env: Readonly<Record<string, string>>;
}

export interface DeskRequest {
  readonly config: Config;
  readonly machine: MachineFacts;
  readonly runId: string;
}

interface Held {
  readonly lease: Lease;
  readonly env: Readonly<Record<string, string>>;
  /** Addresses of the GPUs, by which the driver names them in the kernel's log. */
  readonly buses: readonly string[];
}

/** Where leases are kept; everybody who shares the GPUs must share this folder. */
export const LOCK_FOLDER = "/var/lock/servegate";
const WAIT_MS = 30 * 60_000;
const KERNEL_MS = 5000;

/**
 * The desk of a run, or undefined where no GPU is used: there is none, `CUDA_VISIBLE_DEVICES` shows none, the rehearsal engine, or a
 * server that somebody else runs. GPUs that do not answer are GPUs: their desk refuses.
 */
export function gpuDesk(request: DeskRequest, world: Pick<Context, "clock" | "env" | "signal">): GpuDesk | undefined {
  const { config, machine } = request;
  if (config.engine === "rehearsal" || config.launch.url !== undefined) return undefined;
  if (visibleTo(config, world) === "" || (machine.gpus.length === 0 && machine.gpusUnknown === undefined)) return undefined;
  let held: Held | undefined;
  let refusal: Diagnosis | undefined;
  let mark: KernelMark = { source: "none", why: "not asked yet" };
  const kernelLog = async (): Promise<readonly string[]> => {
    // A cancelled run's own signal would end the question before it is answered.
    const lines = (await kernelSince(mark, { env: world.env, signal: AbortSignal.timeout(KERNEL_MS) })) ?? [];
    return ofOurs(lines, held?.buses ?? []);
  };
  return {
    async check(onWait) {
      if (refusal === undefined && held === undefined) {
        const taken = await take(request, world, onWait);
        if ("problem" in taken) refusal = refusalOf(taken.problem);
        else held = taken;
      }
      if (held !== undefined && !held.lease.held()) refusal = refusalOf("the lease was lost: a process that held it was killed");
      if (refusal !== undefined || held === undefined) return { state: "refused", diagnosis: refusal ?? refusalOf("no lease") };
      mark = await kernelMark(world);
      const looked = await preflight(held.lease.names, world);
      return looked.state === "clear" ? { ...looked, env: held.env } : looked;
    },
    watch: (owns) => watchGpus(held?.lease.names ?? [], world, owns, kernelLog),
    kernelLog,
    released: (baseline) => untilReleased(baseline, world),
    close: async () => held?.lease.release(),
  };
}

/** A neighbour's Xid excuses nobody here; a line without an address may be about anybody. */
function ofOurs(lines: readonly string[], buses: readonly string[]): string[] {
  return lines.filter((line) => {
    const [xid] = readXids([line]);
    return xid?.bus === undefined || buses.length === 0 || buses.some((bus) => sameBus(bus, xid.bus ?? ""));
  });
}

function visibleTo({ launch }: Config, { env }: Pick<Context, "env">): string | undefined {
  return launch.env["CUDA_VISIBLE_DEVICES"] ?? env["CUDA_VISIBLE_DEVICES"];
}

async function take(
  { config, machine, runId }: DeskRequest,
  world: Pick<Context, "clock" | "env" | "signal">,
  onWait: (text: string) => void,
): Promise<Held | { readonly problem: string }> {
  const visible = visibleTo(config, world);
  const status = await gpuStatus(world);
  if (status.state !== "known")
    return { problem: `the GPUs cannot be asked: ${status.state === "absent" ? "nvidia-smi is gone" : status.reason}` };
  const candidates = selected(status.gpus, visible).filter(({ name }) => config.machine.gpu === undefined || name === config.machine.gpu);
  const count = config.machine.count ?? candidates.length;
  if (count > candidates.length || candidates.length === 0) {
    const among = visible === undefined ? "" : ` among CUDA_VISIBLE_DEVICES=${visible}`;
    return { problem: `${count} GPUs are needed and ${candidates.length} of ${machine.gpus.length} answer${among}` };
  }
  const answer = await lease(
    {
      folder: world.env["SERVEGATE_LOCK_DIR"] ?? LOCK_FOLDER,
      names: candidates.map(({ uuid }) => uuid),
      count,
      waitMs: config.machine.waitMs ?? WAIT_MS,
      who: [`run ${runId}`, world.env["GITHUB_REPOSITORY"], world.env["GITHUB_JOB"]].filter((word) => (word ?? "") !== "").join(", "),
      onWait,
    },
    world,
  );
  if ("problem" in answer) return answer;
  const ours = candidates.filter(({ uuid }) => answer.names.includes(uuid));
  return { lease: answer, env: confinement(ours, status.gpus, visible), buses: ours.flatMap(({ said }) => said["pci.bus_id"] ?? []) };
}

/** By index and not by UUID, which vLLM before 0.24 cannot read; the order must then be that of nvidia-smi. */
function confinement(ours: readonly GpuStatus[], all: readonly GpuStatus[], visible: string | undefined): Record<string, string> {
  if (ours.length === all.length && visible === undefined) return {};
  const indices = ours.map(({ said }) => Number(said.index)).sort((a, b) => a - b);
  if (indices.some((index) => !Number.isInteger(index))) return {};
  return { CUDA_DEVICE_ORDER: "PCI_BUS_ID", CUDA_VISIBLE_DEVICES: indices.join(",") };
}

/** What `CUDA_VISIBLE_DEVICES` selects: indices or beginnings of UUIDs. All, where it is not set. */
function selected(gpus: readonly GpuStatus[], visible: string | undefined): readonly GpuStatus[] {
  if (visible === undefined) return gpus;
  const words = visible.split(",").map((word) => word.trim());
  return gpus.filter(({ uuid, said }) =>
    words.some((word) => word !== "" && (word === said.index || (/^GPU-./.test(word) && uuid.startsWith(word)))),
  );
}

function refusalOf(problem: string): Diagnosis {
  return {
    class: "gpu-memory-not-free",
    title: "No GPU could be leased",
    rootCause: `${problem[0]?.toUpperCase()}${problem.slice(1)}.`,
    confidence: "certain",
    phase: "spawn",
    evidence: [problem],
    remedies: [{ text: "Run the job again when the holder has finished, or allow it more time", command: "machine: { wait: 60m }" }],
    findings: [],
    sources: [],
    infra: problem,
  };
}
