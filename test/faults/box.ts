import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Fault } from "../bin/faulty.ts";
import { fakeGpus, type FakeGpus } from "../fakes/gpus.ts";
import type { Isolation } from "../../src/shell/index.ts";
import { FakeGitHub } from "../fakes/github.ts";

const FAULTY = resolve(import.meta.dirname, "../bin/faulty.ts");

/** Texts that must appear nowhere: one that the server is given, and two that must never reach it. */
export const CANARIES = {
  HF_TOKEN: "hf_canaryCanaryCanaryCanary0",
  GITHUB_TOKEN: "ghs_canary1canary1canary1canary1canary1",
  API_KEY: "canary-2-canary-2",
};

/** The machine, the pull request and the configuration of one case. Everything of it lies in `dir`, whose name is in all its processes. */
export interface Box {
  readonly dir: string;
  readonly outDir: string;
  readonly ledgerDir: string;
  readonly locks: string;
  readonly gpus: FakeGpus;
  readonly github: FakeGitHub;
  readonly env: Record<string, string | undefined>;
  readonly config: string;
}

export interface Wish {
  readonly server?: Fault;
  /** Top-level sections of the configuration that differ; a section with an empty text is left out. */
  readonly config?: Readonly<Record<string, string>>;
  readonly launch?: string;
  readonly command?: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly tier?: Isolation;
}

export async function openBox(wish: Wish): Promise<Box> {
  const dir = mkdtempSync(join(tmpdir(), "servegate-fault-"));
  const gpus = fakeGpus(2);
  const github = await FakeGitHub.start();
  github.pulls.push({ number: 7, head: "acme:feature", sha: "c".repeat(40) });
  const locks = join(dir, "locks");
  mkdirSync(locks);
  writeFileSync(join(dir, "kmsg"), "6,1,1000,-;NVRM: loading NVIDIA UNIX Open Kernel Module for x86_64  580.95.05\n");
  writeFileSync(join(dir, "fault.json"), JSON.stringify(wish.server ?? {}));
  const env = {
    ...process.env,
    ...gpus.env,
    ...CANARIES,
    HOME: dir,
    // Inherited by the server and not part of the configuration, so that two boxes have the same cells.
    VLLM_FAULT: join(dir, "fault.json"),
    VLLM_FAKE_GPUS: gpus.env["FAKE_GPUS"],
    SERVEGATE_ISOLATION: wish.tier ?? "tracked",
    SERVEGATE_LOCK_DIR: locks,
    SERVEGATE_KMSG: join(dir, "kmsg"),
    ...wish.env,
  };
  const sections: Record<string, string> = {
    version: "1",
    engine: "vllm",
    "engine-version": "0.28.0",
    model: "tiny",
    machine: "{ gpu: NVIDIA B200, count: 2, wait: 1s }",
    launch: launchOf(wish),
    throughput: "[{ input: 16, output: 8, concurrency: [2], requests: 6 }]",
    accuracy: "[{ dataset: arithmetic, questions: 8 }]",
    gates: "[accuracy >= 80%]",
    ...wish.config,
  };
  const config = Object.entries(sections)
    .flatMap(([name, text]) => (text === "" ? [] : [`${name}: ${text}\n`]))
    .join("");
  return { dir, outDir: join(dir, "out"), ledgerDir: join(dir, "ledger"), locks, gpus, github, env, config };
}

function launchOf(wish: Wish): string {
  const command = wish.command ?? [process.execPath, FAULTY];
  const limits = wish.launch ?? "ready-timeout: 15s, stall-timeout: 10s, request-timeout: 2s";
  return `{ command: ${JSON.stringify(command)}, ${limits} }`;
}
