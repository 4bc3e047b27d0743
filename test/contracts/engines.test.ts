import { readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { type LaunchRequest, cleanLine, engineFor, engines, phaseReader } from "../../src/engines/index.ts";
import type { EngineId } from "../../src/model/index.ts";

const STARTUP = resolve(import.meta.dirname, "../corpus/startup");
const request: LaunchRequest = {
  model: "Qwen/Qwen3-8B",
  args: ["--flag", "value"],
  env: { NAME: "value" },
  site: { rehearsal: ["node", "rehearsal.js"] },
  rehearsal: { dialect: "vllm", scenario: "healthy" },
};

const PHASES_OF: Readonly<Record<string, string>> = {
  "sglang-0.5.4.log": "arguments distributed weights kv-cache graphs http ready",
  "sglang-0.5.9.log": "arguments distributed weights kv-cache autotune graphs http ready",
  "sglang-0.5.18.log": "arguments distributed weights kv-cache autotune graphs http ready",
  "transformers-5.23.log": "weights http ready",
  "vllm-0.11.log": "arguments distributed weights compile kv-cache graphs warm-up http ready",
  "vllm-0.32.log": "arguments distributed weights compile kv-cache warm-up http ready",
  "vllm-0.32-eager.log": "arguments distributed weights kv-cache warm-up http ready",
  "vllm-0.28.log": "arguments distributed weights compile kv-cache autotune graphs warm-up http ready",
};

const logs = (folder: string) =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".log"))
    .map((name) => ({ name, engine: engineFor(name.split("-")[0] as EngineId), text: readFileSync(join(folder, name), "utf8") }));
const started = logs(STARTUP);
const crashed = logs(join(STARTUP, "crash"));

function phasesOf({ engine, text }: (typeof started)[number]): string[] {
  const opens = phaseReader(engine);
  return text.split("\n").flatMap((line) => opens(cleanLine(line, engine)) ?? []);
}
const fatalIn = ({ engine, text }: (typeof started)[number]): string[] =>
  text.split("\n").filter((line) => engine.fatal.some((pattern) => pattern.test(cleanLine(line, engine))));

describe.each(engines)("the engine $id", (engine) => {
  const full = engine.id === "command" ? { ...request, command: ["my-server", "--port", "{port}"] } : request;

  it("makes the same argv of the same cell, with the user's arguments last", () => {
    const { argv, env } = engine.launch(full);
    expect(engine.launch(full)).toEqual({ argv, env });
    expect(argv.slice(-2)).toEqual(["--flag", "value"]);
    expect(env).toMatchObject({ NAME: "value" });
  });

  it("leaves exactly one place for the port, and binds to loopback unless the command is the user's", () => {
    const { argv } = engine.launch(full);
    expect(argv.filter((item) => item.includes("{port}"))).toEqual(["{port}"]);
    expect(engine.id === "command" || argv[argv.indexOf("--host") + 1] === "127.0.0.1").toBe(true);
  });

  it("names the launch where it says so", () => {
    expect(engine.launch(full).argv.includes("{name}")).toBe(engine.servedAs === "name-flag");
  });

  it("has patterns that keep no state between lines", () => {
    const patterns = [engine.prefix, ...engine.fatal, ...engine.markers.flatMap(({ patterns }) => patterns)];
    expect(patterns.filter((pattern) => pattern.global || pattern.sticky)).toEqual([]);
  });
});

describe("start-up logs", () => {
  it("exist for every engine that has a log format of its own", () => {
    expect([...new Set(started.map(({ engine }) => engine.id))].sort()).toEqual(["sglang", "transformers", "vllm"]);
  });

  it.each(started)("of $name pass through their phases in order and end ready", (log) => {
    expect(phasesOf(log).join(" ")).toBe(PHASES_OF[log.name]);
  });

  it.each(started)("of $name hold no fatal line", (log) => {
    expect(fatalIn(log)).toEqual([]);
  });

  it.each(started)("of $name still end ready when any one line is lost, but the last marker", (log) => {
    const lines = log.text.split("\n");
    const ready = lines.findLastIndex((line) => phasesOf({ ...log, text: line }).includes("ready"));
    for (const lost of lines.keys()) {
      if (lost === ready) continue;
      expect(phasesOf({ ...log, text: lines.toSpliced(lost, 1).join("\n") }).at(-1)).toBe("ready");
    }
  });

  it.each(crashed)("of $name, which crashed, are never ready and hold a fatal line", (log) => {
    expect(phasesOf(log)).not.toContain("ready");
    expect(fatalIn(log)).not.toEqual([]);
  });
});
