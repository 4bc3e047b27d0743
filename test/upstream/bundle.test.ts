import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { diagnose } from "../../src/diagnose/index.ts";
import type { LaunchRecord, RunRecord } from "../../src/model/index.ts";
import { bundle, choose, scrubber } from "../../src/upstream/index.ts";
import { aCell, aRecord } from "../fakes/records.ts";

const MAIN = resolve(import.meta.dirname, "../../src/cli/main.ts");
const on = { "piecewise-cuda-graph": "on" };
const id = "sglang/piecewise-cuda-graph=on";
const folders: string[] = [];
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true, force: true })));

const traffic = Array.from({ length: 3_000 }, (_, i) => `[2026-11-20 10:00:00 TP0] Decode batch [${i}], #running-req: 16, #token: ${i}`);
const LOG = [
  "[2026-11-20 09:58:00] server_args=ServerArgs(model_path='Qwen/Qwen3-8B', tp_size=8)",
  ...traffic,
  "[2026-11-20 10:01:00 TP3] Scheduler hit an exception: Traceback (most recent call last):",
  '  File "/opt/sglang/srt/layers/attention/flashinfer_backend.py", line 812, in forward_extend',
  "AttributeError: 'DecodeMetadata' object has no attribute 'prefill_wrappers'",
  "[2026-11-20 10:01:00 TP5] a line of another worker",
  "[2026-11-20 10:01:01] Received sigquit from a child process. It usually means the child failed.",
];

function broken(log: readonly string[], over: Partial<LaunchRecord> = {}): RunRecord {
  const crash: Partial<LaunchRecord> = {
    checks: [],
    outcome: { state: "failed", failure: { kind: "exited", exitCode: 1, phase: "graphs", logTail: [] } },
    diagnosis: diagnose(log, { engine: "sglang", exitCode: 1 }),
    resolved: [
      { axis: "piecewise-cuda-graph", requested: "on", effect: "fallback", resolved: "off", evidence: "Disable piecewise | really" },
    ],
    ...over,
  };
  const libraries = { torch: "2.13.0+cu130", "flashinfer-python": "0.6.17", "CUDA (driver)": "13.0", "CUDA (PyTorch)": "13.0" };
  return aRecord({
    run: { engine: { id: "sglang", version: "0.5.4", libraries } },
    cells: [aCell(on, crash), aCell({ "piecewise-cuda-graph": "off" })],
    remedies: [
      {
        cell: id,
        trials: [
          {
            text: "Turn custom all-reduce off",
            axes: { "custom-all-reduce": "off" },
            outcome: "failed",
            why: "attention-metadata",
            metrics: [],
          },
        ],
      },
    ],
  });
}

function filesOf(record: RunRecord, log: readonly string[], secrets: readonly string[] = []): Record<string, string> {
  const chosen = choose(record, undefined);
  if (!chosen.ok) throw new Error(chosen.problems[0]?.message);
  return Object.fromEntries(bundle(record, chosen.value, log, scrubber(secrets)).map((file) => [file.name, file.text]));
}

describe("a bundle for the engine's project", () => {
  const files = filesOf(broken(LOG), LOG);
  const issue = files["ISSUE.md"] ?? "";

  it.each([
    ["GPU", /\| GPU \| 1 × NVIDIA B200, 179 GiB \|/],
    ["driver", /\| Driver \| 580\.95\.05 \|/],
    ["CUDA", /\| CUDA of the driver \| 13\.0 \|\n\| CUDA of PyTorch \| 13\.0 \|/],
    ["engine", /\| sglang \| 0\.5\.4 \|/],
    ["libraries", /\| torch \| 2\.13\.0\+cu130 \|\n\| flashinfer-python \| 0\.6\.17 \|/],
    ["the exact command", /python -m sglang\.launch_server --model-path Qwen\/Qwen3-8B --port 31000/],
    ["the resolved configuration", /\| piecewise-cuda-graph \| on \| fallback: off \| Disable piecewise \\\| really \|/],
    ["the signature", /signature `prefill-wrappers`/],
    ["the worker", /first in TP3/],
    [
      "which configurations fail",
      /\| piecewise-cuda-graph=on \| fails 1 of 1: attention-metadata \|\n\| piecewise-cuda-graph=off \| serves \|/,
    ],
    ["what was tried", /- Turn custom all-reduce off \(custom-all-reduce=off\): failed, attention-metadata/],
    ["the related pull request", /- https:\/\/github\.com\/sgl-project\/sglang\/pull\/12067/],
  ])("tells %s", (_, expected) => {
    expect(issue).toMatch(expected);
  });

  it("has a title that names engine, version, fault, configuration and GPU", () => {
    expect(issue.split("\n")[0]).toMatch(/^# \[Bug\]: SGLang 0\.5\.4: .+ \(piecewise-cuda-graph=on on NVIDIA B200\)$/);
  });

  it("trims the log to the failing rank and its surroundings, and marks what it left out", () => {
    const log = (files["server.log"] ?? "").split("\n");
    expect(log.length).toBeLessThan(20);
    expect(log[0]).toContain("server_args=ServerArgs");
    expect(log[1]).toMatch(/^\[… \d+ lines left out …\]$/);
    expect(log.join("\n")).toContain("has no attribute 'prefill_wrappers'");
    expect(log.join("\n")).not.toMatch(/Decode batch|another worker/);
  });

  it("stays below what GitHub takes, and a log cannot break out of its fence", () => {
    const hostile = [...LOG, ...Array.from({ length: 400 }, () => `RuntimeError: \`\`\`\`\n</details> ${"x".repeat(1_500)}`)];
    const { "ISSUE.md": text = "" } = filesOf(broken(hostile), hostile);
    expect(text.length).toBeLessThan(65_536);
    expect(text).toMatch(/\n`{5}text\n/);
    expect(text).toContain("lines; all of them are in server.log");
  });
});

/** Every place in which a secret may stand, and the secret. */
const CANARIES: readonly (readonly [string, string])[] = [
  ["an environment variable by its value", "plain-canary-0001"],
  ["SGLang's arguments", "canary-0002"],
  ["vLLM's arguments", "canary-0003"],
  ["a hub token", "hf_CANARYcanary0004canary0004"],
  ["a flag", "canary-0005"],
  ["a URL", "canary-0006"],
  ["a bearer header", "canary-0007-canary"],
  ["a signed URL", "canary0008"],
  ["an AWS key", "AKIACANARY0009CANARY"],
  ["a JSON web token", "eyJjYW5hcnkwMDEwIjoxfQ.eyJjYW5hcnkiOjF9.c2lnbmF0dXJl"],
  ["an exported variable", "canary-0011"],
  ["a home folder", "canary0012"],
  ["an address", "10.77.66.55"],
  ["JSON", "canary-0014"],
  ["an e-mail address", "canary0015@corp.example"],
];

describe("secrets", () => {
  const secret = (index: number): string => CANARIES[index]?.[1] ?? "";
  const leaky = [
    `[2026-11-20 09:58:00] server_args=ServerArgs(model_path='/home/${secret(11)}/m', api_key='${secret(1)}', admin_api_key="${secret(1)}", max_total_tokens=4096)`,
    `(APIServer pid=1) INFO non-default args: {'api_key': ['${secret(2)}'], 'max_num_batched_tokens': 8192, 'tokenizer': 'Qwen/Qwen3-8B'}`,
    `INFO version 0.5.4 token ${secret(3)} and ${secret(0)}`,
    `INFO version https://bob:${secret(5)}@proxy.corp:3128 Authorization: Bearer ${secret(6)}`,
    `INFO version https://bucket.s3.amazonaws.com/x?X-Amz-Signature=${secret(7)}&a=1 ${secret(8)} ${secret(9)}`,
    `INFO version HF_TOKEN=${secret(10)} tcp://${secret(12)}:29500 {"password": "${secret(13)}"} from ${secret(14)}`,
    ...LOG,
  ];
  const record = broken(leaky, {
    argv: ["python", "-m", "sglang.launch_server", "--api-key", secret(4), `--admin-api-key=${secret(4)}`, "--max-total-tokens", "4096"],
    env: { MY_API_KEY: secret(10), NCCL_DEBUG: "INFO" },
    resolved: [{ axis: "a", requested: "b", effect: "as-requested", evidence: `api_key='${secret(1)}'` }],
  });
  const files = filesOf(record, leaky, [secret(0)]);

  it.each(CANARIES)("are gone from every file: %s", (_, canary) => {
    for (const [name, text] of Object.entries(files)) expect(text, name).not.toContain(canary);
  });

  it("take nothing with them that an issue needs", () => {
    expect(files["server.log"]).toContain("max_total_tokens=4096");
    expect(files["server.log"]).toContain("'max_num_batched_tokens': 8192, 'tokenizer': 'Qwen/Qwen3-8B'");
    expect(files["command.sh"]).toContain("--max-total-tokens 4096");
    expect(files["command.sh"]).toContain("NCCL_DEBUG=INFO");
    expect(scrubber([])("driver 580.95.05, cudnn 9.10.2.21, listening on 127.0.0.1:8000 and 0.0.0.0:30000")).toBe(
      "driver 580.95.05, cudnn 9.10.2.21, listening on 127.0.0.1:8000 and 0.0.0.0:30000",
    );
    expect(scrubber([])("#token: 9071, token usage: 0.01, api_key=None, hf_token: null")).toBe(
      "#token: 9071, token usage: 0.01, api_key=None, hf_token: null",
    );
  });

  it("are found in linear time, whatever the text is made of", () => {
    const scrub = scrubber([]);
    const parts = [
      "api_key=",
      "'",
      "[",
      "a_",
      "-----BEGIN RSA PRIVATE KEY-----",
      "eyJ",
      ".",
      "://a:",
      "10.0.0.",
      "@",
      "Bearer ",
      "?token=",
    ];
    for (const part of parts) {
      const started = process.cpuUsage();
      scrub(part.repeat(60_000 / part.length));
      expect(process.cpuUsage(started).user, part).toBeLessThan(1_500_000);
    }
  });
});

describe("servegate bundle", () => {
  function folderWith(record: RunRecord, log: string | undefined): string {
    const folder = mkdtempSync(join(tmpdir(), "servegate-bundle-"));
    folders.push(folder);
    writeFileSync(join(folder, "record.json"), JSON.stringify(record));
    mkdirSync(join(folder, "cells/one/1"), { recursive: true });
    if (log !== undefined) writeFileSync(join(folder, "cells/one/1/server.log"), log);
    return folder;
  }
  const cli = (...argv: string[]): { code: number | null; out: string; err: string } => {
    const done = spawnSync(process.execPath, [MAIN, "bundle", ...argv], {
      encoding: "utf8",
      env: { ...process.env, MY_TOKEN: "plain-canary-0001" },
    });
    return { code: done.status, out: done.stdout, err: done.stderr };
  };

  it("writes the files of the one failed cell, without the values of secret variables", () => {
    const folder = folderWith(broken(LOG), [...LOG, "RuntimeError: plain-canary-0001"].join("\n"));
    const { code, out } = cli(folder, "--out", join(folder, "issue"));
    expect({ code, names: readdirSync(join(folder, "issue")).toSorted() }).toEqual({
      code: 0,
      names: ["ISSUE.md", "command.sh", "diagnosis.json", "environment.json", "resolved.json", "server.log"],
    });
    expect(out).toContain(`${id}, launch 1:`);
    expect(readFileSync(join(folder, "issue/server.log"), "utf8")).toContain("RuntimeError: ***");
  });

  it("names what failed when another cell is asked for, and says so when nothing did", () => {
    const folder = folderWith(broken(LOG), LOG.join("\n"));
    expect(cli(folder, "--cell", "sglang/piecewise-cuda-graph=off").err).toContain(`Name one of ${id}.`);
    const well = folderWith(aRecord(), undefined);
    const { code, err } = cli(well);
    expect({ code, said: err.includes("no launch of this run failed") }).toEqual({ code: 2, said: true });
  });

  it("does not follow a record out of its folder", () => {
    const outside = mkdtempSync(join(tmpdir(), "servegate-outside-"));
    folders.push(outside);
    writeFileSync(join(outside, "secret.txt"), "canary outside\n");
    const folder = folderWith(broken(LOG, { log: "../../../../../../../../etc/passwd" }), undefined);
    expect(cli(folder, "--out", join(folder, "issue")).err).toContain("expected a path inside the run's folder");
    const linked = folderWith(broken(LOG), undefined);
    symlinkSync(join(outside, "secret.txt"), join(linked, "cells/one/1/server.log"));
    expect(cli(linked, "--out", join(linked, "issue")).err).toContain("is not beside the record");
    expect(readFileSync(join(linked, "issue/server.log"), "utf8")).not.toContain("canary");
  });
});
