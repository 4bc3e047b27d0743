import { afterAll, describe, expect, it } from "vitest";
import { problemText } from "../../src/model/index.ts";
import { builtInScenarios, loadScenario, parseScenario } from "../../src/rehearsal/index.ts";
import { endAll, rehearse, scenarioFile } from "./start.ts";

afterAll(endAll);

function problems(text: string): string[] {
  const parsed = parseScenario(text);
  return parsed.ok ? [] : parsed.problems.map((problem) => problemText(problem, "s.yml"));
}

describe("a scenario file", () => {
  it("may script everything the built-in scenarios script", () => {
    for (const [name, scenario] of Object.entries(builtInScenarios)) {
      expect([name, parseScenario(JSON.stringify(scenario))]).toEqual([name, { ok: true, value: scenario }]);
    }
  });

  it("may be empty", () => {
    expect(parseScenario("")).toEqual({ ok: true, value: {} });
  });

  it.each([
    ["speeed: 3", ['s.yml:1:1 speeed: unknown key "speeed"']],
    ["rules:\n  - when: { prefil-graph: on }\n    die: oom", ['s.yml:2:13 rules[0].when.prefil-graph: unknown key "prefil-graph"']],
    ["rules:\n  - { die: boredom }", [expect.stringMatching(/^s\.yml:2:7 rules\[0\]\.die: Invalid option: expected one of "tma-invalid"/)]],
    ["rules:\n  - { at: tea, die: oom }", [expect.stringMatching(/^s\.yml:2:7 rules\[0\]\.at: must be a phase \(arguments, /)]],
    ["rules:\n  - { at: graphs }", [expect.stringMatching(/^s\.yml:2:5 rules\[0\]: does nothing; give one of: die, hang/)]],
    [
      "speed: 0\nrules: [{ wrong-answers: 5 }]",
      [expect.stringContaining("s.yml:1:1 speed: "), expect.stringContaining("s.yml:2:11 rules[0].wrong-answers: ")],
    ],
    ["version: 0.5\n", [expect.stringContaining("s.yml:1:1 version: ")]],
    ["law: { token-ms: fast, sed: 1 }", [expect.stringContaining("s.yml:1:8 law.token-ms: "), 's.yml:1:24 law.sed: unknown key "sed"']],
    ["rules: [", [expect.stringMatching(/^s\.yml:1:9: Flow sequence/)]],
  ])("with %j is refused with every fault and its place", (text, expected) => {
    expect(problems(text)).toEqual(expected);
  });

  it("cannot be a bomb of aliases", () => {
    const bomb = [
      "a: &a [x,x,x,x,x,x,x,x,x]",
      ..."bcdefgh".split("").map((name, index) => `${name}: &${name} [${Array(9).fill(`*${"abcdefgh"[index]}`).join(",")}]`),
    ].join("\n");
    expect(problems(bomb)).toEqual([expect.stringContaining("Excessive alias count")]);
  });

  it("is refused where it belongs to the other dialect, or does not exist", async () => {
    expect(await loadScenario("vllm-kimi-k2", "sglang")).toMatchObject({
      ok: false,
      problems: [{ message: 'scenario "vllm-kimi-k2" is written for vllm, not for sglang' }],
    });
    expect(await loadScenario("sglang-1206", "sglang")).toMatchObject({
      ok: false,
      problems: [{ message: 'there is no scenario and no file "sglang-1206"' }],
    });
  });

  it("that is wrong ends the program with 2 before any worker is started", async () => {
    const path = scenarioFile("speeed: 3\n");
    const server = await rehearse("sglang", ["--scenario", path], []);
    expect(await server.ended).toEqual({ code: 2, signal: null });
    expect(server.output()).toBe(`${path}:1:1 speeed: unknown key "speeed"\n`);
  });
});
