import { chmodSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { engineFor } from "../../src/engines/index.ts";
import { doctor, engineVersion, machineFacts } from "../../src/machine/index.ts";
import type { DoctorRow } from "../../src/machine/index.ts";

const UUID = "GPU-b2000000-0000-0000-0000-000000000000";
const B200 = `NVIDIA B200, ${UUID}, 183359, 580.95.05`;
const FAKE_SMI = resolve(import.meta.dirname, "../bin/nvidia-smi");

/** A world in which only the system's own tools and these programs exist. */
function world(env: Record<string, string> = {}, programs: Record<string, string> = {}): Parameters<typeof doctor>[0] {
  const bin = mkdtempSync(join(tmpdir(), "servegate-bin-"));
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  if (Object.keys(env).some((name) => name.startsWith("FAKE_SMI"))) symlinkSync(FAKE_SMI, join(bin, "nvidia-smi"));
  return { env: { PATH: `${bin}:/bin`, HOME: tmpdir(), SERVEGATE_ISOLATION: "tracked", ...env }, signal: new AbortController().signal };
}

async function row(id: string, ...args: Parameters<typeof world>): Promise<Pick<DoctorRow, "status" | "found">> {
  const rows = await doctor(world(...args));
  const found = rows.find((each) => each.id === id);
  if (found === undefined) throw new Error(`no row ${id}`);
  return { status: found.status, found: found.found };
}

describe("the doctor", () => {
  it.each([
    ["two B200", "gpus", { FAKE_SMI_GPUS: `${B200}\n${B200}\n` }, "ok", "2 × NVIDIA B200, 179.1 GiB"],
    ["a lost GPU", "gpus", { FAKE_SMI_GPUS: `${B200}\n[GPU is lost], x\n` }, "fail", "a GPU that cannot be read: [GPU is lost], x"],
    [
      "a driver that does not answer",
      "gpus",
      { FAKE_SMI_GPUS: "NVIDIA-SMI has failed", FAKE_SMI_EXIT: "9" },
      "unknown",
      "NVIDIA-SMI has failed",
    ],
    ["an nvidia-smi that says nothing", "gpus", { FAKE_SMI_GPUS: "" }, "unknown", "nvidia-smi named no GPU"],
    ["no nvidia-smi", "gpus", {}, "warn", "no nvidia-smi on PATH; rehearsal and CPU engines run without"],
    ["a driver for CUDA 13", "driver", { FAKE_SMI_GPUS: B200 }, "ok", "580.95.05"],
    ["a driver for CUDA 12", "driver", { FAKE_SMI_GPUS: B200.replace("580.95.05", "570.133.20") }, "warn", "570.133.20"],
    ["a driver that knows no B200", "driver", { FAKE_SMI_GPUS: B200.replace("580.95.05", "570.124.06") }, "fail", "570.124.06"],
    ["a driver that names its version otherwise", "driver", { FAKE_SMI_GPUS: B200, FAKE_SMI_NO_DRIVER_VERSION: "1" }, "ok", "580.95.05"],
    ["no driver at all", "driver", {}, "unknown", "no GPU could be asked"],
    ["an idle GPU", "foreign-processes", { FAKE_SMI_GPUS: B200, FAKE_SMI_APPS: "" }, "ok", "none"],
    [
      "a busy GPU",
      "foreign-processes",
      { FAKE_SMI_GPUS: B200, FAKE_SMI_APPS: `${UUID}, 7, python, 2048` },
      "warn",
      "python (pid 7, 2.0 GiB)",
    ],
    ["a failing query", "foreign-processes", { FAKE_SMI_GPUS: B200, FAKE_SMI_EXIT: "255" }, "unknown", "nvidia-smi ended with 255"],
    ["a proxy", "proxies", { HTTP_PROXY: "http://proxy:3128" }, "warn", "HTTP_PROXY without a NO_PROXY for loopback"],
    [
      "a proxy that spares loopback",
      "proxies",
      { http_proxy: "x", NO_PROXY: "localhost, 127.0.0.1" },
      "ok",
      "http_proxy with a NO_PROXY for loopback",
    ],
    [
      "expandable segments",
      "expandable-segments",
      { PYTORCH_CUDA_ALLOC_CONF: "expandable_segments:True" },
      "warn",
      "expandable_segments:True in PYTORCH_CUDA_ALLOC_CONF",
    ],
    [
      "a demand for an unknown tier",
      "isolation",
      { SERVEGATE_ISOLATION: "total" },
      "fail",
      'SERVEGATE_ISOLATION is "total"; it can be "sealed", "cgroup", "tracked"',
    ],
  ] as const)("sees %s", async (_, id, env, status, found) => {
    expect(await row(id, env)).toEqual({ status, found });
  });

  it("sees compilers and engines that are installed", async () => {
    const nvcc = 'echo "Cuda compilation tools, release 12.8, V12.8.93"';
    expect(await row("nvcc", {}, { nvcc })).toMatchObject({ status: "ok", found: "12.8 (nvcc)" });
    const python3 = 'case "$*" in *vllm*) echo 0.28.0;; *) echo "importlib.metadata.PackageNotFoundError: no" >&2; exit 1;; esac';
    expect(await row("engines", {}, { python3 })).toEqual({ status: "ok", found: "vllm 0.28.0" });
    expect(await row("engines", {}, { python3: "echo broken >&2; exit 3" })).toMatchObject({ status: "unknown" });
  });

  it("asks nvidia-smi only to tell, never to change", async () => {
    const log = join(mkdtempSync(join(tmpdir(), "servegate-log-")), "calls");
    await doctor(world({ FAKE_SMI_GPUS: B200, FAKE_SMI_LOG: log }));
    const calls = readFileSync(log, "utf8").trim().split("\n");
    expect(calls.length).toBeGreaterThanOrEqual(2);
    expect(calls.filter((call) => !call.startsWith("--query-"))).toEqual([]);
  });

  it("says of every row what was wanted, why, and what to do", async () => {
    const rows = await doctor(world());
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
    expect(rows.filter(({ found, wanted, why, fix }) => [found, wanted, why, fix].includes(""))).toEqual([]);
  });
});

describe("the facts of the machine", () => {
  it("name its GPUs and driver", async () => {
    const facts = await machineFacts(world({ FAKE_SMI_GPUS: B200 }));
    expect(facts.gpus).toEqual([{ name: "NVIDIA B200", uuid: UUID, memoryBytes: 183_359 * 1024 * 1024 }]);
    expect(facts).toMatchObject({ driver: "580.95.05", isolation: "tracked" });
    expect(facts.cores).toBeGreaterThan(0);
    expect(facts.memoryBytes).toBeGreaterThan(0);
    expect(facts.os).toContain("Linux");
  });

  it("name none when nvidia-smi is missing or fails", async () => {
    expect((await machineFacts(world())).gpus).toEqual([]);
    expect((await machineFacts(world({ FAKE_SMI_GPUS: B200, FAKE_SMI_EXIT: "15" }))).gpus).toEqual([]);
  });
});

describe("the version of an engine", () => {
  it("is asked of the interpreter, which sees no token of ours", async () => {
    const python3 = 'test -z "$GITHUB_TOKEN" && echo 0.28.0';
    expect(await engineVersion(engineFor("vllm"), undefined, world({ GITHUB_TOKEN: "x" }, { python3 }))).toBe("0.28.0");
  });

  it("is unknown when the engine is not there", async () => {
    expect(await engineVersion(engineFor("vllm"), ["/nowhere/vllm", "serve"], world())).toBeUndefined();
    expect(await engineVersion(engineFor("command"), undefined, world())).toBeUndefined();
  });
});
