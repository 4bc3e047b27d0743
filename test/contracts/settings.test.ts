import { readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { axes, carry } from "../../src/axes/index.ts";
import type { Axis, Carrying, RealEngine } from "../../src/axes/index.ts";

const SETTINGS = resolve(import.meta.dirname, "../corpus/settings");
const released = readdirSync(SETTINGS)
  .filter((name) => name.endsWith(".txt"))
  .map((name) => {
    const [engine, version] = name.replace(/\.txt$/, "").split("-") as [RealEngine, string];
    return { engine, version, known: new Set(readFileSync(join(SETTINGS, name), "utf8").trim().split("\n")) };
  });
const GIVEN = [{}, { "piecewise-cuda-graph": "on" }, { "piecewise-cuda-graph": "off" }, { "custom-all-reduce": "off" }];
const valuesOf = (axis: Axis): readonly string[] => ("pattern" in axis.values ? [axis.values.example] : axis.values);

/** What the help cannot tell: variables, keys of JSON arguments, and names of backends that are members of an enumeration. */
function beyondFlags({ args, env = {} }: Carrying): string[] {
  const keys = args.flatMap((word) => /^(--[\w-]+\.[\w.]+)=/.exec(word)?.[1] ?? []);
  const backends = args.flatMap((word, index) => (args[index - 1] === "--attention-backend" ? [`backend ${word}`] : []));
  const prefill = args.flatMap((word) => {
    const name = /\.mla_prefill_backend=(\w+)$/.exec(word)?.[1];
    return name === undefined ? [] : [`mla_prefill_backend ${name}`];
  });
  const variable = env["VLLM_ATTENTION_BACKEND"] === undefined ? [] : [`backend ${env["VLLM_ATTENTION_BACKEND"]}`];
  return [
    ...Object.keys(env).map((name) => `env ${name}`),
    ...keys.map((key) => `field ${key}`),
    ...[...backends, ...prefill, ...variable].map((choice) => `choice --attention-config.${choice}`),
  ];
}

describe.each(released)("the source of $engine $version", ({ engine, version, known }) => {
  it("knows every variable, every key and every backend that any axis writes for this version", () => {
    const written = axes.flatMap((axis) =>
      valuesOf(axis).flatMap((value) =>
        GIVEN.flatMap((given) => {
          const carried = carry(axis, value, engine, version, given);
          // The names of SGLang's backends are choices of a flag, and stand in its help.
          const all = carried.ok ? beyondFlags(carried.carrying) : [];
          return all.filter((one) => engine === "vllm" || one.startsWith("env ")).map((one) => ({ axis: `${axis.id}=${value}`, one }));
        }),
      ),
    );
    expect(written.length).toBeGreaterThan(5);
    expect([...new Set(written.filter(({ one }) => !known.has(one)).map(({ axis, one }) => `${axis}: ${one}`))]).toEqual([]);
  });
});
