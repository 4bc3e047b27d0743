import { ask, inheritable } from "../shell/index.ts";
import type { Told, World } from "./gpus.ts";
import type { GpuReading } from "./nvidia-smi.ts";
import type { DoctorRow, RowText } from "./row.ts";

const TORCH: RowText = {
  id: "torch",
  title: "PyTorch and CUDA",
  wanted: "torch.cuda.is_available(), with as many devices as nvidia-smi names",
  why: "the driver can be well while PyTorch sees no GPU: a build for the CPU, a driver too old for its CUDA, a container without the devices",
  fix: "install a PyTorch build for this driver's CUDA, look at CUDA_VISIBLE_DEVICES, and in a container at --gpus",
};

/** Importing PyTorch from a cold network file system takes this long. */
const IMPORT_MS = 60_000;
const ASK = [
  "python3",
  "-c",
  "import torch; print('torch', torch.__version__, torch.version.cuda, torch.cuda.is_available(), torch.cuda.device_count())",
];

/** What the PyTorch of the python on PATH sees. The interpreter may be a pull request's, so it is given no more than a server would be. */
export async function torchRow(gpus: Told<GpuReading>, { env, signal }: World): Promise<DoctorRow> {
  const answer = await ask(ASK, { timeoutMs: IMPORT_MS, env: inheritable(env, ASK), signal });
  if (answer.missing) return { ...TORCH, status: "warn", found: "there is no python3 on PATH" };
  if (answer.timedOut) return { ...TORCH, status: "unknown", found: `no answer within ${IMPORT_MS / 1000} s` };
  const said = /^torch (\S+) (\S+) (True|False) (\d+)$/m.exec(answer.stdout);
  if (said === null) {
    if (/No module named '?torch/.test(answer.stderr))
      return { ...TORCH, status: "warn", found: "PyTorch is not installed for the python on PATH" };
    return { ...TORCH, status: "fail", found: answer.stderr.trim().split("\n").at(-1)?.slice(0, 300) || "the import ended without a word" };
  }
  const [, version, cuda, available, count] = said;
  const seen = available === "True" ? Number(count) : 0;
  const found = `${version} for ${cuda === "None" ? "the CPU" : `CUDA ${cuda}`}, ${seen} GPU${seen === 1 ? "" : "s"}`;
  if (gpus.state === "absent") return { ...TORCH, status: seen === 0 ? "ok" : "warn", found: `${found}; there is no nvidia-smi` };
  if (gpus.state === "unknown") return { ...TORCH, status: "unknown", found: `${found}; nvidia-smi does not say how many there are` };
  if (seen === gpus.gpus.length) return { ...TORCH, status: "ok", found };
  // Fewer may be what CUDA_VISIBLE_DEVICES asks for; none is never meant.
  return { ...TORCH, status: seen === 0 ? "fail" : "warn", found: `${found}; nvidia-smi names ${gpus.gpus.length}` };
}
