import type { CheckResult, Comparison, RunRecord, Verdict } from "../../src/model/index.ts";
import { view, type View } from "../../src/report/index.ts";
import { aCell, aCrash, aLaunch, aRecord, cellOf, throughput } from "./records.ts";
import { story, type Story } from "./story.ts";

/** Text that tries to leave whatever it is put into. */
export const HOSTILE = [
  "| a | b |",
  "```\n# owned\n```",
  "`````",
  "</details></summary><img src=x onerror=alert(1)>",
  "<script>alert(1)</script>",
  "<!-- servegate:comment -->",
  "-->",
  "@maintainer please merge, @org/team",
  "fixes #1 GH-2 owner/repo#3 0123456789abcdef0123456789abcdef01234567",
  "![pixel](https://evil.example/x.png) [link](https://evil.example) https://evil.example www.evil.example",
  "::error::owned",
  "  ::add-mask::owned",
  "text ##[error]owned",
  "\r::set-output name=x::y",
  "\u001B[31mred\u001B[0m\u0000\u0008\u009B31m",
  "\u202Egnp.exe\u202C \u2066x\u2069",
  "\uD800 half",
  "]]> &amp; &#64; \" ' $x$ ~~s~~ **b** __u__ \\",
  '%%{init: {}}%% "]\nclick A href "https://evil.example"',
  "𝟙".repeat(60),
  "字".repeat(60),
  "x".repeat(200),
].join(" ");

/** No cell, no baseline, nothing to say. */
export function emptyStory(): Story {
  return {
    record: aRecord({ cells: [], run: { gates: [], axes: {} } }),
    comparison: { baseline: { state: "none", reason: "none was asked for" }, changes: [], newCells: [], missingCells: [], before: {} },
    verdict: {
      class: "inconclusive",
      exitCode: 4,
      title: "Nothing was measured",
      next: "Give the matrix at least one cell.",
      cells: [],
      gates: [],
      attributions: [],
      untested: [],
      warnings: [],
    },
  };
}

/** Every string that a stranger could have written, replaced by `text`. */
export function hostileStory(text: string = HOSTILE): Story {
  const { record, comparison, verdict } = story({ simulated: true });
  const keep = new Set([
    "schema",
    "state",
    "class",
    "status",
    "kind",
    "effect",
    "certainty",
    "unit",
    "better",
    "phase",
    "during",
    "how",
    "level",
    "confidence",
    "isolation",
    "at",
    "startedAt",
    "finishedAt",
    "today",
    "expires",
    "worse",
    "operator",
    "outcome",
  ]);
  const poison = (value: unknown, key: string): unknown => {
    if (typeof value === "string")
      return keep.has(key) || /^(smoke|accuracy|throughput|output_throughput|ttft_p50|rehearsal|sglang)$/.test(value)
        ? value
        : `${text} ${value}`;
    if (Array.isArray(value)) return value.map((part) => poison(part, key));
    if (typeof value === "object" && value !== null)
      return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, poison(part, name)]));
    return value;
  };
  return poisonAll({ record, comparison, verdict }, poison);
}

function poisonAll(told: Story, poison: (value: unknown, key: string) => unknown): Story {
  const poisoned = poison(told, "") as Story;
  // Keys of maps are names too, and cells must still be found under them.
  const rename = (of: Readonly<Record<string, unknown>>): Record<string, unknown> =>
    Object.fromEntries(Object.entries(of).map(([key, value]) => [poison(key, "") as string, value]));
  return { ...poisoned, comparison: { ...poisoned.comparison, before: rename(poisoned.comparison.before) as Comparison["before"] } };
}

/** Numbers that are not numbers, in every place. */
export function brokenNumbers(): Story {
  const { record, comparison, verdict } = story();
  const bad = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1, 0];
  let i = 0;
  const spoil = (value: unknown, key: string): unknown => {
    if (typeof value === "number")
      return ["number", "launch", "exitCode", "failing", "serving"].includes(key) ? value : bad[i++ % bad.length];
    if (Array.isArray(value)) return value.map((part) => spoil(part, key));
    if (typeof value === "object" && value !== null)
      return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, spoil(part, name)]));
    return value;
  };
  return {
    record: spoil(record, "") as RunRecord,
    comparison: spoil(comparison, "") as Comparison,
    verdict: spoil(verdict, "") as Verdict,
  };
}

/** Several launches, one of which failed, and a throughput number nobody may believe. */
export function doubtful(): Story {
  const invalid: CheckResult = {
    ...throughput([812.4]),
    validity: { state: "invalid", reasons: ["the client's event loop lagged 40 ms"] },
  };
  const cells = [
    aCell({ "piecewise-cuda-graph": "on" }, {}, aCrash("unknown"), {}),
    aCell({ "piecewise-cuda-graph": "off" }, { checks: [invalid] }),
    aCell(
      { "piecewise-cuda-graph": "maybe" },
      { outcome: { state: "interrupted", during: "weights" }, checks: [], phases: aLaunch().phases.slice(0, 2) },
    ),
  ];
  const { stop: _, ...unstopped } = cells[0]?.launches[0] ?? aLaunch();
  const record = aRecord({
    state: "interrupted",
    cells: [
      { ...aCell({ "piecewise-cuda-graph": "on" }), launches: [unstopped, ...(cells[0]?.launches.slice(1) ?? [])] },
      ...cells.slice(1),
    ],
  });
  const on = cellOf({ "piecewise-cuda-graph": "on" }).id;
  const off = cellOf({ "piecewise-cuda-graph": "off" }).id;
  const maybe = cellOf({ "piecewise-cuda-graph": "maybe" }).id;
  return {
    record,
    comparison: {
      baseline: { state: "unfit", reasons: ["another GPU: NVIDIA H200 instead of NVIDIA B200"] },
      changes: [],
      newCells: [on, off],
      missingCells: ["sglang/gone=yes"],
      before: {},
    },
    verdict: {
      class: "flaky",
      exitCode: 1,
      title: "1 flaky cell of 3",
      next: "Look at launch 2.",
      cells: [
        { cell: on, class: "flaky", reason: "1 of 3 launches failed.", failure: "unknown" },
        { cell: off, class: "inconclusive", reason: "Its throughput is invalid." },
        { cell: maybe, class: "cancelled", reason: "The run was interrupted." },
      ],
      gates: [
        { text: "ttft_p99 < 500 ms", status: "not-tested", rows: [], reason: "No cell has enough requests for a p99." },
        {
          text: "output_throughput > 900",
          status: "inconclusive",
          rows: [{ cell: off, workload: "1024→1024 c=1", status: "inconclusive", detail: "812.4 tokens/s is invalid" }],
        },
      ],
      attributions: [],
      untested: ["Accuracy was not asked for."],
      warnings: [],
    },
  };
}

/** A matrix of `n` cells with eight metrics each; `filling` makes their names long. */
export function wide(n: number, filling = ""): Story {
  const one = story();
  const served = one.record.cells.filter((cell) => cell.launches[0]?.outcome.state === "measured");
  const cells = Array.from({ length: n }, (_, i) => {
    const from = served[i % served.length] ?? aCell({});
    return { ...from, cell: { ...from.cell, id: `sglang/n=${i}${filling}`, axes: { n: `${i}${filling}` } } };
  });
  const change = one.comparison.changes[0];
  const changes =
    change === undefined
      ? []
      : cells.flatMap((cell) => Array.from({ length: 8 }, (_, m) => ({ ...change, cell: cell.cell.id, workload: `1024→1024 c=${m + 1}` })));
  return {
    record: { ...one.record, cells, run: { ...one.record.run, axes: { n: cells.map(({ cell }) => cell.axes["n"] ?? "") } } },
    comparison: { ...one.comparison, changes, before: {} },
    verdict: {
      ...one.verdict,
      cells: cells.map((cell) => ({ cell: cell.cell.id, class: "pass", reason: "Serves." })),
      gates: [],
      attributions: [],
    },
  };
}

/** Every record a format must be able to print. */
export const SAMPLES: Readonly<Record<string, () => Story>> = {
  "the story of SGLang #12067": () => story(),
  "its rehearsal": () => story({ simulated: true }),
  "a run with no cells": emptyStory,
  "an interrupted run with a flaky cell and an invalid number": doubtful,
  "a record full of hostile text": () => hostileStory(),
  "a record full of impossible numbers": brokenNumbers,
  "a matrix of 48 cells": () => wide(48),
};

export function viewOf({ record, comparison, verdict }: Story): View {
  return view(record, comparison, verdict);
}
