import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe } from "vitest";
import { cases } from "./case.ts";

const TMA = readFileSync(resolve(import.meta.dirname, "../corpus/failures/tma-descriptor-error.log"), "utf8").split("\n");
const logs = (...says: readonly string[]): { readonly says: readonly string[]; readonly exits: number } => ({ says, exits: 1 });
const says = (want: string) => ({ want: { class: "broken", failure: want } });

describe("a launch that fails", () => {
  cases([
    {
      id: "#1",
      title: "the program does not exist",
      command: ["/nowhere/vllm"],
      want: { class: "broken", says: "there is no program /nowhere/vllm" },
    },
    {
      id: "#2",
      title: "the program may not be executed",
      command: ["/etc/passwd"],
      want: { class: "broken", says: "/etc/passwd may not be executed" },
    },
    {
      id: "#3",
      title: "it exits with 1 at once",
      server: logs("Traceback", "no reason at all"),
      want: { class: "broken", says: "no reason at all" },
    },
    {
      id: "#4",
      title: "it exits with 0 at once",
      server: { exits: 0 },
      want: { class: "broken", says: /exit(?:ed)? (?:with )?(?:code )?0/ },
    },
    { id: "#5", title: "it dies of a segmentation fault", server: { killedBy: "SIGSEGV" }, want: { class: "broken", says: "SIGSEGV" } },
    {
      id: "#6",
      title: "it says that its port is taken",
      server: logs("ERROR:    [Errno 98] error while attempting to bind on address ('127.0.0.1', 8000): address already in use"),
      // The runner's trouble, by the class of the line; it blocks all the same.
      want: { class: "infra", exitCode: 3, failure: "port-in-use" },
    },
    {
      id: "#7",
      title: "another server answers on its port, in good health",
      // It starts its stranger on the very port it was given and then only waits.
      command: [process.execPath, "-e", stranger()],
      want: { class: "broken", failure: "port-in-use", says: /serves stranger instead of servegate-/ },
    },
  ]);
});

describe("a start-up that goes wrong", () => {
  cases([
    {
      id: "#8",
      title: "it is never ready",
      server: { silent: true },
      launch: "ready-timeout: 2s, stall-timeout: 10s, request-timeout: 2s",
      want: { class: "broken", failure: "startup-timeout" },
    },
    {
      id: "#9",
      title: "it becomes ready and dies",
      server: { dies: { after: 2, saying: ["CUDA error: an illegal memory access was encountered"] } },
      want: { class: "broken", failure: "illegal-memory-access" },
    },
    {
      id: "#10",
      title: "/health says 200 and no completion ever comes (vllm#21728)",
      server: { server: { sickness: "http-500" }, says: ["EngineCore encountered an issue. See stack trace"] },
      launch: "ready-timeout: 3s, stall-timeout: 10s, request-timeout: 2s",
      want: { class: "broken", says: /500|No progress/ },
    },
    {
      id: "#11",
      title: "the front end repeats for ever that it waits for its engine (vllm-rbln#1000)",
      server: { repeats: "INFO 11-21 10:00:00 [utils.py:600] Waiting for 1 local, 0 remote core engine proc(s) to start." },
      launch: "ready-timeout: 30s, stall-timeout: 1s, request-timeout: 2s",
      want: { class: "broken", failure: "startup-timeout", says: /No progress for 1 s/ },
    },
    {
      id: "#12",
      title: "a slow start just under the limit passes",
      server: { listensAfterMs: 1500 },
      launch: "ready-timeout: 8s, stall-timeout: 7s, request-timeout: 2s",
      want: { class: "pass" },
    },
    { id: "#13", title: "a TMA descriptor cannot be made (700)", server: logs(...TMA), ...says("tma-descriptor") },
    {
      id: "#13",
      title: "an illegal memory access ends a worker",
      server: logs("(Worker_TP1 pid=7) ERROR RuntimeError: CUDA error: an illegal memory access was encountered"),
      ...says("illegal-memory-access"),
    },
    {
      id: "#13",
      title: "a backend lacks prefill_wrappers",
      server: logs("AttributeError: 'FlashAttentionMetadata' object has no attribute 'prefill_wrappers'"),
      ...says("attention-metadata"),
    },
    {
      id: "#13",
      title: "the fabric manager is not up (802)",
      server: logs("RuntimeError: CUDA initialization: Unexpected error from cudaGetDeviceCount(). Error 802: system not yet initialized"),
      want: { class: "infra", exitCode: 3, failure: "fabric-manager" },
    },
    {
      id: "#13",
      title: "the GPU is out of memory",
      server: logs("torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 178.35 GiB"),
      ...says("gpu-out-of-memory"),
    },
    {
      id: "#13",
      title: "NCCL finds no shared memory",
      server: logs(
        "torch.distributed.DistBackendError: NCCL error in: ProcessGroupNCCL.cpp:3356, unhandled system error",
        "Error while creating shared memory segment /dev/shm/nccl-JmVVcS (size 9637888), error: No space left on device (28)",
      ),
      want: { class: "infra", exitCode: 3, failure: "shm-too-small" },
    },
  ]);
});

/** A program that starts a healthy stranger on the port it was told, and never listens itself. */
function stranger(): string {
  const answer = `JSON.stringify(r.url === "/v1/models" ? { data: [{ id: "stranger" }] } : {})`;
  return `require("http").createServer((r, a) => a.end(${answer})).listen(Number(process.argv[process.argv.indexOf("--port") + 1]), "127.0.0.1")`;
}
