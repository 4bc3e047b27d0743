import { type Line, sglangLine, vllmLine } from "../log/index.ts";
import type { Settings } from "../settings.ts";
import { inVersions } from "../versions.ts";

/** A member of the process tree that ended by itself. */
export interface Loss {
  /** `Worker_TP0`, `EngineCore`, `TP0`, `detokenizer`. */
  readonly who: string;
  readonly pid: number;
  /** As Python counts: negative for a signal. */
  readonly exitCode: number;
  /** Its own traceback was printed. */
  readonly spoke: boolean;
  /** The server had not become ready yet. */
  readonly starting: boolean;
}

/** What the surviving parts of the engine say about a loss, and how the parent ends: an exit code, or a signal to itself. */
export function reaction(settings: Settings, loss: Loss): { readonly lines: readonly Line[]; readonly end: number | "SIGKILL" } {
  return settings.dialect === "vllm" ? vllmReaction(loss) : sglangReaction(settings, loss);
}

function vllmReaction(loss: Loss): { lines: Line[]; end: number } {
  const core = (place: string, text: string, level: Line["level"] = "ERROR"): Line => vllmLine("EngineCore", place, text, level);
  const api = (text: string): Line => ({ to: "stderr", who: "APIServer", text });
  const worker = /^Worker_TP(\d+)$/.exec(loss.who);
  const monitor =
    worker === null
      ? []
      : [
          core(
            "multiproc_executor.py:284",
            `Worker proc VllmWorker-${worker[1]} died unexpectedly (exit code: ${loss.exitCode}), shutting down executor.`,
          ),
        ];
  if (!loss.starting) {
    return {
      lines: [
        ...monitor,
        ...(worker === null
          ? []
          : [core("core.py:1332", "EngineCore encountered a fatal error."), core("core.py:1332", "RuntimeError: Cancelled")]),
        vllmLine("APIServer", "async_llm.py:704", "AsyncLLM output_handler failed.", "ERROR"),
        vllmLine(
          "APIServer",
          "async_llm.py:704",
          "vllm.v1.engine.exceptions.EngineDeadError: EngineCore encountered an issue. See stack trace (above) for the root cause.",
          "ERROR",
        ),
        api("INFO:     Shutting down"),
        api("INFO:     Waiting for application shutdown."),
        api("INFO:     Application shutdown complete."),
      ],
      end: 1,
    };
  }
  const failed = loss.who === "EngineCore" ? `{'EngineCore': ${loss.exitCode}}` : "{}";
  return {
    lines: [
      ...monitor,
      ...(worker === null
        ? []
        : [
            core("core.py:1165", "EngineCore failed to start."),
            core("core.py:1165", "Traceback (most recent call last):"),
            core("core.py:1165", '  File "/usr/local/lib/python3.12/dist-packages/vllm/v1/engine/core.py", line 1106, in run_engine_core'),
            core("core.py:1165", "    engine_core = EngineCoreProc(*args, engine_index=dp_rank, **kwargs)"),
            core(
              "core.py:1165",
              '  File "/usr/local/lib/python3.12/dist-packages/vllm/v1/executor/multiproc_executor.py", line 747, in wait_for_ready',
            ),
            core("core.py:1165", "    raise e from None"),
            core(
              "core.py:1165",
              "Exception: WorkerProc initialization failed due to an exception in a background process. See stack trace for root cause.",
            ),
          ]),
      api("Traceback (most recent call last):"),
      api('  File "/usr/local/lib/python3.12/dist-packages/vllm/v1/engine/utils.py", line 992, in wait_for_engine_startup'),
      api(`RuntimeError: Engine core initialization failed. See root cause above. Failed core proc(s): ${failed}`),
    ],
    end: 1,
  };
}

function sglangReaction(settings: Settings, loss: Loss): { lines: Line[]; end: number | "SIGKILL" } {
  const main = (text: string): Line => sglangLine(undefined, text);
  const sigquit = main("Received sigquit from a child process. It usually means the child failed.");
  // The handler of SIGQUIT kills the whole tree, its own process included.
  if (loss.spoke) return { lines: [sigquit], end: "SIGKILL" };
  if (loss.starting) {
    const rank = Number(/\d+$/.exec(loss.who)?.[0] ?? 0);
    const dead = inVersions(settings.version, ">=0.5.9")
      ? [main(`Rank ${rank} scheduler died during initialization (exit code: ${loss.exitCode}).`)]
      : [main(`Rank ${rank} scheduler is dead. Please check if there are relevant logs.`), main(`Exit code: ${loss.exitCode}`)];
    return { lines: dead, end: 1 };
  }
  const name = loss.who === "detokenizer" ? "detokenizer" : `scheduler_${/\d+$/.exec(loss.who)?.[0] ?? 0}`;
  return {
    lines: [
      main(`Subprocess ${name} (pid=${loss.pid}) crashed with exit code ${loss.exitCode}. Triggering SIGQUIT for cleanup...`),
      sigquit,
    ],
    end: "SIGKILL",
  };
}
