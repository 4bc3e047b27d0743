import { appendFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { afterAll, describe, expect } from "vitest";
import type { Event } from "../../src/model/index.ts";
import { cases } from "./case.ts";
import type { Box } from "./box.ts";
import { hurryingClock } from "./clock.ts";
import type { How } from "./run-case.ts";

/** Does something to the GPUs when a check begins, and lets time fly once the launch is over. */
function spoiled(spoil: (box: Box) => void, check = "smoke"): (box: Box) => How {
  return (box) => {
    const { clock, hurry } = hurryingClock();
    let done = false;
    const during = (event: Event): void => {
      if (event.kind === "check-started" && event.check === check && !done) {
        done = true;
        spoil(box);
      }
      if (event.kind === "launch-ended") hurry();
    };
    return { clock, during };
  };
}

const holders: Server[] = [];
afterAll(() => {
  for (const holder of holders) holder.close();
});

/** Memory that somebody holds on, after the server is gone. */
function hold({ gpus }: Box): void {
  holders.push(createServer().listen(join(gpus.env["FAKE_GPUS"] ?? "", "hold-70000.stays")));
}

/** The driver writes into the kernel's log. */
function xid({ dir }: Box, text: string): void {
  appendFileSync(join(dir, "kmsg"), `4,${Date.now() % 1e9},1,-;${text}\n`);
}

const LOADED = {
  throughput: "[{ input: 16, output: 64, concurrency: [2], requests: 60 }]",
  accuracy: "",
  gates: "[output_throughput >= 1 tokens/s]",
};

describe("GPUs that cannot be asked", () => {
  cases([
    {
      id: "#46",
      title: "nvidia-smi is not there",
      env: {
        PATH: (process.env["PATH"] ?? "")
          .split(":")
          .filter((folder) => !folder.includes("test/bin"))
          .join(":"),
      },
      want: { says: /wanted 2 × NVIDIA B200, found no GPU/ },
    },
    {
      id: "#46",
      title: "nvidia-smi goes away while the server runs",
      how: spoiled(({ gpus }) => gpus.fails("NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.")),
      want: { class: "infra", exitCode: 3, says: /whether the GPUs are free again is unknown: NVIDIA-SMI has failed/ },
    },
    {
      id: "#47",
      title: "nvidia-smi hangs",
      before: ({ gpus }) => gpus.hangs(),
      want: { says: /GPUs that cannot be asked: nvidia-smi did not answer within 10 s/ },
    },
    {
      id: "#48",
      title: "nvidia-smi exits with 255, and the configuration names no GPU",
      config: { machine: "" },
      before: ({ gpus }) => gpus.fails("Failed to initialize NVML: Driver/library version mismatch"),
      want: { class: "infra", exitCode: 3, says: /Failed to initialize NVML/ },
    },
  ]);
});

describe("drivers of other versions", () => {
  const fields = ["gpu_recovery_action", "fabric.state", "fabric.status", "power.draw.instant", "clocks_event_reasons.active"];
  cases([
    {
      id: "#49",
      title: "one that does not know half of what is asked",
      before: ({ gpus }) => gpus.without(...fields),
      want: { class: "pass", exitCode: 0 },
    },
    {
      id: "#50",
      title: "610, which has no driver_version any more",
      before: ({ gpus }) => gpus.without("driver_version"),
      want: { class: "pass", exitCode: 0 },
      after: ({ record }) => expect(record?.machine.driver).toBe("580.95.05"),
    },
  ]);
});

describe("GPUs that go wrong while a server runs", () => {
  cases([
    {
      id: "#51",
      title: "one is lost",
      how: spoiled(({ gpus }) => gpus.set(1, { name: "[GPU is lost]", uuid: "[GPU is lost]" })),
      want: { class: "infra", exitCode: 3, says: /whether GPU \? \(GPU-b2000001\S+\) is free again is unknown: it does not answer/ },
    },
    {
      id: "#51",
      title: "the server dies of one that fell off the bus, as the kernel's log says",
      server: { dies: { after: 2, saying: ["RuntimeError: CUDA error: unspecified launch failure"] } },
      config: { throughput: "" },
      how: spoiled((box) => xid(box, "NVRM: Xid (PCI:0000:05:00): 79, pid='<unknown>', name=<unknown>, GPU has fallen off the bus.")),
      want: { class: "infra", exitCode: 3, failure: "xid", says: /fallen off the bus/ },
    },
    {
      id: "#51",
      title: "the server dies of its own illegal access, and the kernel's log excuses nothing",
      server: { dies: { after: 2, saying: ["RuntimeError: CUDA error: an illegal memory access was encountered"] } },
      config: { throughput: "" },
      how: spoiled((box) => xid(box, "NVRM: Xid (PCI:0000:05:00): 31, pid=77, name=python3, Ch 0000001f, MMU Fault")),
      want: { class: "broken", exitCode: 1, failure: "illegal-memory-access" },
    },
    {
      id: "#51",
      title: "a neighbour's GPU falls off the bus, and the kernel's log excuses nothing",
      server: { dies: { after: 2, saying: ["RuntimeError: it broke"] } },
      config: { throughput: "" },
      how: spoiled((box) => xid(box, "NVRM: Xid (PCI:0000:99:00): 79, pid='<unknown>', name=<unknown>, GPU has fallen off the bus.")),
      want: { class: "broken", exitCode: 1 },
    },
    {
      id: "#51",
      title: "the server lives on after a double-bit error",
      config: LOADED,
      how: spoiled((box) => xid(box, "NVRM: Xid (PCI:0000:05:00): 48, pid=77, name=python3, DBE (double bit error)"), "throughput"),
      want: { class: "inconclusive", exitCode: 4, says: /the driver reported Xid 48/ },
    },
    {
      id: "#52",
      title: "memory is not given back",
      how: spoiled(hold),
      want: {
        class: "infra",
        exitCode: 3,
        says: /68\.4 GiB more in use than before the start, held by no process that can be seen from here/,
      },
      exempt: { gpusHeld: true },
    },
    {
      id: "#53",
      title: "somebody else comes while it is measured",
      config: LOADED,
      how: spoiled(({ gpus }) => gpus.apps(`${gpus.uuids[0]}, ${process.pid}, trainer.py, 2048\n`)),
      want: { class: "inconclusive", exitCode: 4, says: /other process on GPU-\S+ trainer\.py \(pid \d+, 2\.0 GiB\)/ },
      after: ({ record }) => {
        const check = record?.cells[0]?.launches[0]?.checks.find(({ id }) => id === "throughput");
        expect(check?.validity?.state).toBe("invalid");
      },
    },
    {
      id: "#53",
      title: "it is slowed by heat while it is measured",
      config: LOADED,
      how: spoiled(({ gpus }) => {
        setTimeout(() => gpus.set(0, { "clocks_event_reasons_counters.hw_thermal_slowdown": "900000" }), 1000);
      }, "throughput"),
      want: { class: "inconclusive", exitCode: 4, says: /was slowed by heat for/ },
    },
  ]);
});
