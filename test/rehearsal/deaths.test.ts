import { describe, expect, it } from "vitest";
import { DEATH_IDS, deaths, reaction } from "../../src/rehearsal/deaths/index.ts";
import { argparse, programs } from "../../src/rehearsal/flags/index.ts";
import { resolveSglang } from "../../src/rehearsal/resolve-sglang.ts";
import { resolveVllm } from "../../src/rehearsal/resolve-vllm.ts";
import { type Dialect, SCRIPTED_PHASES, completed } from "../../src/rehearsal/scenario.ts";
import type { Settings } from "../../src/rehearsal/settings.ts";

function settingsOf(dialect: Dialect, tp: number): Settings {
  const version = dialect === "vllm" ? "0.28.0" : "0.5.18";
  const parsed = argparse(
    programs[dialect],
    version,
    dialect === "vllm" ? ["tiny", "-tp", String(tp)] : ["--model-path", "tiny", "--tp", String(tp)],
  );
  if (!parsed.ok) throw new Error(parsed.stderr);
  return dialect === "vllm" ? resolveVllm(parsed.flags, version, {}) : resolveSglang(parsed.flags, version, {}, completed({}));
}

const text = (id: keyof typeof deaths, dialect: Dialect, tp = 2): string =>
  deaths[id]
    .lines(settingsOf(dialect, tp))
    .map((line) => line.text)
    .join("\n");

describe("the shelf of deaths", () => {
  it.each(DEATH_IDS.flatMap((id) => (["vllm", "sglang"] as const).map((dialect) => [id, dialect] as const)))(
    "%s has a moment in %s's life",
    (id, dialect) => {
      const at = deaths[id].at(settingsOf(dialect, 1));
      expect(typeof at === "number" || SCRIPTED_PHASES.includes(at)).toBe(true);
    },
  );

  it.each([
    ["tma-invalid", "sglang", /^globalDim {6}\(128,0,8,1,4\)\n[\s\S]*^Error: Failed to initialize the TMA descriptor 1$/m],
    ["decode-metadata", "sglang", /^AttributeError: 'DecodeMetadata' object has no attribute 'prefill_wrappers'$/m],
    ["kimi-tma-700", "vllm", /^Error: Failed to initialize the TMA descriptor 700$/m],
    ["oom", "vllm", /^torch\.OutOfMemoryError: CUDA out of memory\. Tried to allocate 2\.63 GiB\./m],
    ["oom", "sglang", /^torch\.OutOfMemoryError: CUDA out of memory\./m],
    [
      "kv-cache-too-small",
      "vllm",
      /^ValueError: To serve at least one request with the model's max seq len \(40960\), .* the estimated maximum model length is 24784\./m,
    ],
    ["kv-cache-too-small", "sglang", /^RuntimeError: Not enough memory\. Please try to increase --mem-fraction-static\./m],
    ["port-in-use", "vllm", /^OSError: \[Errno 98\] Address already in use$/m],
    ["port-in-use", "sglang", /\[Errno 98\] error while attempting to bind on address \('127\.0\.0\.1', 30000\): address already in use$/m],
    ["die-mid-run", "vllm", /CUDA error: an illegal memory access was encountered$/m],
  ] as const)("%s dies with %s's words", (id, dialect, words) => {
    expect(text(id, dialect)).toMatch(words);
  });

  it("names the lost worker as Python counts exits, in each dialect and phase", () => {
    const loss = { who: "Worker_TP1", pid: 7, exitCode: -9, spoke: false, starting: true };
    const said = (dialect: Dialect, more: Partial<typeof loss>): { first: string | undefined; end: number | "SIGKILL" } => {
      const { lines, end } = reaction(settingsOf(dialect, 2), { ...loss, ...more });
      return { first: lines[0]?.text, end };
    };
    const worker = "Worker proc VllmWorker-1 died unexpectedly (exit code: -9), shutting down executor.";
    expect(said("vllm", {})).toEqual({ first: worker, end: 1 });
    expect(said("vllm", { starting: false })).toEqual({ first: worker, end: 1 });
    expect(said("sglang", { who: "TP1" })).toEqual({ first: "Rank 1 scheduler died during initialization (exit code: -9).", end: 1 });
    expect(said("sglang", { who: "TP1", starting: false })).toEqual({
      first: "Subprocess scheduler_1 (pid=7) crashed with exit code -9. Triggering SIGQUIT for cleanup...",
      end: "SIGKILL",
    });
  });
});
