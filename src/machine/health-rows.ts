import { gibibytes, type DoctorRow, type RowText } from "./row.ts";
import type { Told } from "./gpus.ts";
import { numberSaid, type GpuStatus, type StatusField } from "./gpu-status.ts";

type Finding = { readonly status: DoctorRow["status"]; readonly found: string };

/** One question asked of each GPU. */
interface Question extends RowText {
  readonly of: (gpu: GpuStatus, all: readonly GpuStatus[]) => Finding;
}

const OK = (found: string): Finding => ({ status: "ok", found });
const UNTOLD: Finding = { status: "unknown", found: "nvidia-smi does not say" };
/** More than this on an idle GPU belongs to somebody; idle ones show 0 to some hundred MiB. */
const IDLE_MIB = 1024;
const THERMAL = 0x8 | 0x20 | 0x40 | 0x80;

/** Every question, in the order of the report. Ids are what `preflight` blocks on. */
const QUESTIONS: readonly Question[] = [
  {
    id: "gpu-memory",
    title: "Memory in use on the GPUs",
    wanted: "at most 1 GiB before a server starts",
    why: "what is in use is missing to the server, and whoever uses it disturbs what is measured",
    fix: "wait for its owner; memory without a visible process is another container's, or of a process stuck in the kernel: ask the machine's owner",
    of(gpu) {
      const used = numberSaid(gpu, "memory.used");
      if (used === undefined) return UNTOLD;
      return { status: used <= IDLE_MIB ? "ok" : "warn", found: `${gibibytes(used * 1024 * 1024)} in use` };
    },
  },
  {
    id: "gpu-recovery",
    title: "Recovery action",
    wanted: "None",
    why: "the driver says that the GPU must be reset or the machine restarted before it works as it should",
    fix: "ask the machine's owner to do what the driver asks for; Servegate never resets a GPU",
    of: (gpu) => exactly(gpu, "gpu_recovery_action", ["None"]),
  },
  {
    id: "gpu-ecc",
    title: "Uncorrected memory errors",
    wanted: "0 since the driver was loaded",
    why: "the GPU's memory has lost data: wrong answers and crashes are then the machine's",
    fix: "ask the machine's owner to reset the GPU, and to replace it if errors return",
    of(gpu) {
      const errors = numberSaid(gpu, "ecc.errors.uncorrected.volatile.total");
      return errors === undefined ? UNTOLD : { status: errors === 0 ? "ok" : "fail", found: String(errors) };
    },
  },
  {
    id: "gpu-remapped-rows",
    title: "Remapped memory rows",
    wanted: "no failed remapping, none pending",
    why: "a failed remapping means that faulty memory stays in use; a pending one takes effect at the next reset",
    fix: "ask the machine's owner to reset or replace the GPU",
    of(gpu) {
      const [failure, pending] = [gpu.said["remapped_rows.failure"], gpu.said["remapped_rows.pending"]];
      if (failure === undefined) return UNTOLD;
      if (!isNo(failure)) return { status: "fail", found: `failure: ${failure}` };
      return pending === undefined || isNo(pending) ? OK("none") : { status: "warn", found: `pending: ${pending}` };
    },
  },
  {
    id: "gpu-fabric",
    title: "NVLink fabric",
    wanted: "Completed and Success on every GPU of an NVSwitch board",
    why: "until the fabric manager has registered them, GPUs of such a board refuse CUDA (error 802) or each other",
    fix: "ask the machine's owner to look at nvidia-fabricmanager",
    of(gpu, all) {
      const [state, status] = [gpu.said["fabric.state"], gpu.said["fabric.status"]];
      if (state === undefined) return all.length === 1 ? OK("not asked of a single GPU") : UNTOLD;
      const found = status === undefined ? state : `${state}, ${status}`;
      if (/^Completed$/i.test(state) && (status === undefined || /^Success$/i.test(status))) return OK(found);
      return { status: all.length === 1 ? "warn" : "fail", found };
    },
  },
  {
    id: "gpu-mig",
    title: "MIG mode",
    wanted: "Disabled",
    why: "a slice of a GPU is not the GPU that is to be measured, and multi-GPU servers do not run on slices",
    fix: "ask the machine's owner to switch MIG off",
    of: (gpu) => exactly(gpu, "mig.mode.current", ["Disabled"]),
  },
  {
    id: "gpu-compute-mode",
    title: "Compute mode",
    wanted: "Default",
    why: "in an exclusive mode only one process may use the GPU, and engines use several",
    fix: "ask the machine's owner to set the default mode",
    of: (gpu) => exactly(gpu, "compute_mode", ["Default"]),
  },
  {
    id: "gpu-power-limit",
    title: "Power limit",
    wanted: "the default limit",
    why: "a lowered limit slows the GPU under load, and two runs under different limits cannot be compared",
    fix: "ask the machine's owner, or measure the baseline on the same machine",
    of(gpu) {
      const [enforced, normal] = [numberSaid(gpu, "enforced.power.limit"), numberSaid(gpu, "power.default_limit")];
      if (enforced === undefined || normal === undefined) return UNTOLD;
      return { status: enforced === normal ? "ok" : "warn", found: `${enforced} W of ${normal} W` };
    },
  },
  {
    id: "gpu-persistence",
    title: "Persistence mode",
    wanted: "Enabled",
    why: "without it the driver is unloaded between servers, which adds seconds to a start and loses limits that were set",
    fix: "ask the machine's owner to run nvidia-persistenced",
    of(gpu) {
      const said = exactly(gpu, "persistence_mode", ["Enabled"]);
      return said.status === "fail" ? { ...said, status: "warn" } : said;
    },
  },
  {
    id: "gpu-throttling",
    title: "Throttling now",
    wanted: "no thermal and no power-brake slowdown on an idle GPU",
    why: "a GPU that is slowed before it works gives numbers that are not the change's",
    fix: "let it cool down; ask the machine's owner about cooling and power",
    of(gpu) {
      const reasons = reasonBits(gpu);
      if (reasons === undefined) return UNTOLD;
      const hot = (reasons & THERMAL) !== 0;
      const temperature = numberSaid(gpu, "temperature.gpu");
      const degrees = temperature === undefined ? "" : `, ${temperature} °C`;
      return hot ? { status: "warn", found: `active reasons 0x${reasons.toString(16)}${degrees}` } : OK(`none${degrees}`);
    },
  },
];

/** A row for each question, the worst GPU deciding. */
export function healthRows(told: Told<{ readonly gpus: readonly GpuStatus[] }>): DoctorRow[] {
  return QUESTIONS.map(({ of, ...text }) => {
    if (told.state === "absent") return { ...text, status: "unknown", found: "no GPU could be asked" };
    if (told.state === "unknown") return { ...text, status: "unknown", found: told.reason };
    const findings = told.gpus.map((gpu) => ({ gpu, ...of(gpu, told.gpus) }));
    const status = worst(findings.map((finding) => finding.status));
    const groups = Map.groupBy(
      findings.filter((finding) => finding.status === status),
      (finding) => finding.found,
    );
    const all = [...groups].map(([found, those]) =>
      those.length === told.gpus.length ? found : `${those.map(({ gpu }) => `GPU ${gpu.said.index ?? gpu.uuid}`).join(", ")}: ${found}`,
    );
    return { ...text, status, found: all.join("; ") };
  });
}

const ORDER: readonly DoctorRow["status"][] = ["ok", "unknown", "warn", "fail"];

function worst(statuses: readonly DoctorRow["status"][]): DoctorRow["status"] {
  return ORDER[Math.max(...statuses.map((status) => ORDER.indexOf(status)))] ?? "unknown";
}

/** A text that is not among those wanted is refused, also when it is one we never heard of. */
function exactly(gpu: GpuStatus, field: StatusField, wanted: readonly string[]): Finding {
  const said = gpu.said[field];
  if (said === undefined) return UNTOLD;
  return { status: wanted.some((word) => word.toLowerCase() === said.toLowerCase()) ? "ok" : "fail", found: said };
}

function isNo(text: string): boolean {
  return /^(?:No|0)$/i.test(text);
}

function reasonBits(gpu: GpuStatus): number | undefined {
  const text = gpu.said["clocks_event_reasons.active"] ?? "";
  return /^0x[0-9a-f]{1,16}$/i.test(text) ? Number(BigInt(text) & 0xffn) : undefined;
}
