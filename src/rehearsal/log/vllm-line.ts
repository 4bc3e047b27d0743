import { inVersions } from "../versions.ts";
import { type Dress, type Line, two } from "./line.ts";

/** `(Worker_TP0 pid=N) INFO 11-21 10:00:00 [place] text`; the core was called `EngineCore_DP0` before 0.17. */
export function dressVllm(version: string): Dress {
  const core = inVersions(version, "<0.17") ? "EngineCore_DP0" : "EngineCore";
  return (line, now, pids) => {
    if (line.raw === true) return line.text;
    const name = line.who === "EngineCore" ? core : line.who;
    const prefix = line.who === undefined ? "" : `(${name} pid=${pids[line.who] ?? 0}) `;
    if (line.level === undefined) return `${prefix}${line.text}\n`;
    const time = `${two(now.getMonth() + 1)}-${two(now.getDate())} ${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}`;
    return `${prefix}${line.level} ${time} [${line.place}] ${line.text}\n`;
  };
}

/** A logger's line; vLLM logs to stdout. */
export function vllmLine(who: string, place: string, text: string, level: Line["level"] = "INFO"): Line {
  return { to: "stdout", who, place, text, level: level ?? "INFO" };
}
