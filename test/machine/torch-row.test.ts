import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { torchRow } from "../../src/machine/torch-row.ts";

const signal = new AbortController().signal;

/** A PATH whose python3 says this on its outputs. */
function python(script: string): { readonly PATH: string } {
  const dir = mkdtempSync(join(tmpdir(), "servegate-python-"));
  writeFileSync(join(dir, "python3"), `#!/bin/sh\n${script}\n`);
  chmodSync(join(dir, "python3"), 0o755);
  return { PATH: dir };
}

const gpus = (count: number) =>
  ({
    state: "known",
    gpus: Array.from({ length: count }, (_, index) => ({ name: "NVIDIA B200", uuid: `GPU-${index}`, memoryBytes: 1 })),
    unread: [],
  }) as const;

describe("what PyTorch sees", () => {
  it.each([
    ["all GPUs", "echo torch 2.9.0 13.0 True 2", gpus(2), "ok", "2.9.0 for CUDA 13.0, 2 GPUs"],
    ["fewer than there are", "echo torch 2.9.0 13.0 True 1", gpus(2), "warn", "2.9.0 for CUDA 13.0, 1 GPU; nvidia-smi names 2"],
    ["none of them", "echo torch 2.9.0 13.0 False 0", gpus(2), "fail", "2.9.0 for CUDA 13.0, 0 GPUs; nvidia-smi names 2"],
    [
      "none, being built for the CPU",
      "echo torch 2.9.0+cpu None False 0",
      gpus(1),
      "fail",
      "2.9.0+cpu for the CPU, 0 GPUs; nvidia-smi names 1",
    ],
    [
      "none, where there is none",
      "echo torch 2.9.0+cpu None False 0",
      { state: "absent" },
      "ok",
      "2.9.0+cpu for the CPU, 0 GPUs; there is no nvidia-smi",
    ],
    [
      "some, where nobody says how many there are",
      "echo torch 2.9.0 13.0 True 2",
      { state: "unknown", reason: "it hangs" },
      "unknown",
      "2.9.0 for CUDA 13.0, 2 GPUs; nvidia-smi does not say how many there are",
    ],
    [
      "nothing, being absent",
      `echo "ModuleNotFoundError: No module named 'torch'" >&2; exit 1`,
      gpus(1),
      "warn",
      "PyTorch is not installed for the python on PATH",
    ],
    [
      "nothing, being broken",
      `echo "ImportError: libcudart.so.13: cannot open shared object file" >&2; exit 1`,
      gpus(1),
      "fail",
      "ImportError: libcudart.so.13: cannot open shared object file",
    ],
    ["nothing, dying without a word", "exit 139", gpus(1), "fail", "the import ended without a word"],
  ] as const)("is told: %s", async (_, script, told, status, found) => {
    expect(await torchRow(told, { env: python(script), signal })).toMatchObject({ id: "torch", status, found });
  });

  it("is told where there is no python", async () => {
    expect(await torchRow({ state: "absent" }, { env: { PATH: "/nowhere" }, signal })).toMatchObject({ status: "warn" });
  });
});
