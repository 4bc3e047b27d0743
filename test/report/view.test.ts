import { describe, expect, it } from "vitest";
import type { Change, Comparison, RunHeader, Verdict } from "../../src/model/index.ts";
import { formatOf, view, type View } from "../../src/report/index.ts";
import { aCell, aCrash, aRecord, cellOf, throughput } from "../fakes/records.ts";
import { story } from "../fakes/story.ts";
import { doubtful, emptyStory, viewOf } from "../fakes/views.ts";

const told = viewOf(story());

describe("cell labels", () => {
  const labelsOf = (axes: Record<string, readonly string[]>, cells: readonly Record<string, string>[]): readonly string[] => {
    const { record, comparison, verdict } = emptyStory();
    const all = cells.map((cell) => aCell(cell));
    const run = { ...record.run, axes };
    const judged: Verdict = { ...verdict, cells: all.map((cell) => ({ cell: cell.cell.id, class: "pass", reason: "" })) };
    return view({ ...record, run, cells: all }, comparison, judged).cells.map((cell) => cell.label);
  };

  it.each([
    [
      "keep a switch's first word and let a telling value stand alone",
      { "piecewise-cuda-graph": ["on", "off"], "attention-backend": ["cutlass", "fa2"] },
      { "piecewise-cuda-graph": "on", "attention-backend": "fa2" },
      "piecewise on · fa2",
    ],
    [
      "take as many words as tell two axes apart",
      { "max-sequences": ["128"], "max-batched-tokens": ["16384"] },
      { "max-sequences": "128", "max-batched-tokens": "16384" },
      "max-sequences 128 · max-batched 16384",
    ],
    [
      "name the axis of a value that two axes share",
      { "prefill-backend": ["flashinfer"], "decode-backend": ["flashinfer"] },
      { "prefill-backend": "flashinfer", "decode-backend": "flashinfer" },
      "prefill flashinfer · decode flashinfer",
    ],
    ["spell a single axis out", { "piecewise-cuda-graph": ["on"] }, { "piecewise-cuda-graph": "on" }, "piecewise-cuda-graph=on"],
  ])("%s", (_, axes, cell, expected) => {
    expect(labelsOf(axes, [cell])).toEqual([expected]);
  });

  it("stand in the next step too, also where one cell's id begins another's", () => {
    const { record, comparison, verdict } = emptyStory();
    const run = { ...record.run, axes: { "max-sequences": ["6", "64"], "custom-all-reduce": ["on"] } };
    const cells = ["6", "64"].map((size) => aCell({ "custom-all-reduce": "on", "max-sequences": size }));
    const next = cells.map(({ cell }) => `Look at ${cell.id}: slow.`).join(" ");
    expect(view({ ...record, run, cells }, comparison, { ...verdict, next }).verdict.next).toBe(
      "Look at max 6 · custom on: slow. Look at max 64 · custom on: slow.",
    );
  });

  it("are explained once", () => {
    expect(told.labels).toBe("Cells are named by piecewise-cuda-graph · attention-backend · custom-all-reduce.");
  });
});

describe("the matrix", () => {
  it("puts the crashing pair side by side and the cell outside the matrix apart", () => {
    const { rowAxes, columnAxes, columns, rows, others } = told.grid;
    expect({ rowAxes, columnAxes, columns }).toEqual({
      rowAxes: ["piecewise-cuda-graph"],
      columnAxes: ["attention-backend", "custom-all-reduce"],
      columns: [
        ["cutlass", "on"],
        ["cutlass", "off"],
        ["fa2", "on"],
        ["fa2", "off"],
      ],
    });
    expect(rows.map((row) => [...row.values, ...row.tiles.map((tile) => `${tile.symbol} ${tile.word} ${tile.detail}`.trim())])).toEqual([
      ["on", "✗ broken tma-descriptor", "✗ broken tma-descriptor", "✓ pass", "✓ pass"],
      ["off", "✓ pass", "✓ pass", "✓ pass", "✗ regression"],
    ]);
    expect(others.map((one) => `${one.word} ${one.detail}`)).toEqual(["skipped over-budget"]);
  });
});

describe("failure cards", () => {
  it("tell a class once, with its cells, attribution and a command to repeat it", () => {
    const [card, ...rest] = told.failures;
    expect(rest).toEqual([]);
    expect(card?.cells.map((cell) => `${cell.label}: ${cell.happened}; ${cell.before}`)).toEqual([
      "piecewise on · cutlass · custom on: exited with code 1 in phase graphs; failed with attention-metadata",
      "piecewise on · cutlass · custom off: exited with code 1 in phase graphs; failed with attention-metadata",
    ]);
    expect(card?.attributions).toEqual([
      "Fails exactly when piecewise-cuda-graph=on and attention-backend=cutlass: 2 of 2 cells against 0 of 6.",
    ]);
    expect(card?.remedies).toEqual([
      { text: "Turn piecewise graphs off for CUTLASS attention", how: "piecewise-cuda-graph: off" },
      { text: "Use FA2 attention", how: "attention-backend: fa2" },
      { text: "Find the first bad kernel", how: "CUDA_LAUNCH_BLOCKING=1" },
    ]);
  });

  it("quote every word of the command that a shell would change", () => {
    const launch = {
      ...aCrash("unknown"),
      argv: ["vllm", "serve", "a b", "it's", "", "x=$HOME", "line\nbreak"],
      env: { B: "2 3", A: "1" },
    };
    const { comparison, verdict } = emptyStory();
    const cards = view(aRecord({ cells: [aCell({ a: "b" }, launch)] }), comparison, verdict).failures;
    expect(cards[0]?.reproduce).toBe(`A=1 B='2 3' vllm serve 'a b' 'it'\\''s' '' 'x=$HOME' $'line\\u000abreak'`);
  });

  it("ask a server that ran already for the completion that would have proved it ready", () => {
    const { comparison, verdict } = emptyStory();
    const cell = aCell({ a: "b" }, { ...aCrash("unknown"), argv: [], env: {}, url: "http://127.0.0.1:8000" });
    const record = aRecord({ cells: [cell], run: { model: "it's" } });
    expect(view(record, comparison, verdict).failures[0]?.reproduce).toBe(
      `curl --fail-with-body http://127.0.0.1:8000/v1/completions -H 'content-type: application/json' ` +
        `-d '{"model":"it'\\''s","prompt":"One plus one is","max_tokens":1,"temperature":0}'`,
    );
  });

  it("put what blocks before what is known", () => {
    const known = aCell({ a: "known" }, aCrash("nccl"));
    const fresh = aCell({ a: "fresh" }, aCrash("xid"));
    const { comparison, verdict } = emptyStory();
    const cells: Verdict["cells"] = [
      { cell: known.cell.id, class: "expected-failure", reason: "known" },
      { cell: fresh.cell.id, class: "broken", reason: "new" },
    ];
    expect(
      view(aRecord({ cells: [known, fresh] }), comparison, { ...verdict, cells }).failures.map((card) => [card.class, card.tone]),
    ).toEqual([
      ["xid", "bad"],
      ["nccl", "muted"],
    ]);
  });

  it("say that cells which failed in the baseline serve again", () => {
    expect(told.recovered).toEqual([
      "2 cells that failed with attention-metadata in the baseline serve now: piecewise on · fa2 · custom on and piecewise on · fa2 · custom off.",
    ]);
  });
});

describe("changes", () => {
  const cell = cellOf({ a: "b" }).id;
  const change = (over: Partial<Change>): Change => ({
    cell,
    metric: "output_throughput",
    workload: "w",
    unit: "tokens/s",
    better: "higher",
    base: 1_000,
    head: 900,
    relative: -0.1,
    difference: -100,
    certainty: "launches",
    n: { base: 3, head: 3 },
    launches: { base: 3, head: 3 },
    ...over,
  });
  const rows = (changes: readonly Change[], gates: Verdict["gates"] = [], checks = [throughput([1])]): View["changes"]["rows"] => {
    const { comparison, verdict } = emptyStory();
    return view(aRecord({ cells: [aCell({ a: "b" }, { checks })] }), { ...comparison, changes }, { ...verdict, gates }).changes.rows;
  };
  const gate = (status: "passed" | "failed" | "inconclusive" | "not-tested", of: Change): Verdict["gates"] => [
    {
      text: "output_throughput drops no more than 3%",
      status,
      rows: [{ cell, workload: of.workload, status, detail: "because", change: of }],
    },
  ];

  it("are before → after with change, interval, its origin and n", () => {
    const [row] = rows([change({ relativeLow: -0.12, relativeHigh: -0.08 })]);
    expect(row).toMatchObject({
      values: "1,000.0 → 900.0 tokens/s",
      change: "−10.0%",
      interval: "−12.0% to −8.0%",
      certainty: "from 3 → 3 launches",
      n: "3 → 3",
    });
  });

  it.each([
    ["a failed gate is a regression", "failed", {}, "regression", true],
    ["an undecided gate is inconclusive", "inconclusive", {}, "inconclusive", true],
    ["a passed gate on one number is within its margin", "passed", {}, "within margin", false],
    ["a gated rise that launches prove is better", "passed", { relativeLow: 0.02, relativeHigh: 0.04 }, "better", true],
    [
      "a gated rise within one launch proves nothing",
      "passed",
      { relativeLow: 0.02, relativeHigh: 0.04, certainty: "within-launch" },
      "within margin",
      false,
    ],
  ] as const)("%s", (_, status, over, word, notable) => {
    const one = change(over);
    expect(rows([one], gate(status, one))[0]).toMatchObject({ word, notable });
  });

  it("that no gate tests never count as regressions", () => {
    expect(rows([change({ relativeLow: -0.12, relativeHigh: -0.08 })])[0]).toMatchObject({
      word: "worse, not gated",
      notable: false,
      tone: "warn",
    });
  });

  it("of accuracy are told in points", () => {
    const [row] = rows([
      change({
        metric: "accuracy",
        unit: "percent",
        base: 94,
        head: 93.5,
        difference: -0.5,
        differenceLow: -1,
        differenceHigh: 0.2,
        certainty: "paired-questions",
      }),
    ]);
    expect(row).toMatchObject({
      values: "94.0 → 93.5%",
      change: "−0.5 points",
      interval: "−1.0 to +0.2 points",
      certainty: "paired per question",
    });
  });

  it("from a base of zero fall back to the difference", () => {
    const { relative: _, ...zero } = change({ base: 0, head: 5, difference: 5 });
    expect(rows([zero])[0]).toMatchObject({ values: "0.0 → 5.0 tokens/s", change: "+5.0 tokens/s", interval: "no interval" });
  });

  it("of an invalid result never stand without the word", () => {
    const invalid = { ...throughput([900]), validity: { state: "invalid" as const, reasons: ["lag"] } };
    expect(rows([change({ workload: "1024→1024 c=1" })], [], [invalid])[0]?.values).toBe("invalid: 1,000.0 → 900.0 tokens/s");
  });

  it.each([
    [1_000, 5],
    [100, 20],
  ])("on a base of %i ms are drawn against the wider of 5% and 20 ms", (base, margin) => {
    const { comparison, verdict } = emptyStory();
    const both = {
      kind: "relative",
      text: "ttft_p50 rises no more than 5% and 20 ms",
      metric: "ttft_p50",
      worse: "rises",
      margins: [
        { value: 5, unit: "%" },
        { value: 20, unit: "ms" },
      ],
    } as const;
    const slower = change({ metric: "ttft_p50", unit: "ms", better: "lower", base, head: base, relative: 0, difference: 0 });
    const gates: Verdict["gates"] = [
      { text: both.text, status: "passed", rows: [{ cell, workload: "w", status: "passed", detail: "fine" }] },
    ];
    const [row] = view(
      aRecord({ run: { gates: [both] }, cells: [aCell({ a: "b" })] }),
      { ...comparison, changes: [slower] },
      { ...verdict, gates },
    ).changes.rows;
    expect(row?.chart?.margin).toBe(margin);
  });

  it("list a limit that failed although it has no before", () => {
    const { comparison, verdict } = emptyStory();
    const limit = {
      kind: "limit",
      text: "ttft_p99 < 500 ms",
      metric: "ttft_p99",
      operator: "<",
      limit: { value: 500, unit: "ms" },
    } as const;
    const gates: Verdict["gates"] = [
      { text: limit.text, status: "failed", rows: [{ cell, workload: "w", status: "failed", detail: "620 ms is above 500 ms" }] },
    ];
    const [row] = view(aRecord({ run: { gates: [limit] }, cells: [aCell({ a: "b" })] }), comparison, { ...verdict, gates }).changes.rows;
    expect(row).toMatchObject({ word: "regression", values: "620 ms is above 500 ms", change: "against a constant", notable: true });
  });
});

describe("the baseline", () => {
  const sentence = (baseline: Comparison["baseline"], over: Partial<Comparison> = {}): readonly string[] => {
    const { record, comparison, verdict } = emptyStory();
    const { changes } = view(record, { ...comparison, ...over, baseline }, verdict);
    return [changes.baseline, ...changes.notes];
  };

  it.each([
    [{ state: "none", reason: "none was asked for" }, "No baseline: none was asked for."],
    [{ state: "unfit", reasons: ["another GPU", "another model"] }, "A baseline was found and not used: another GPU; another model."],
    [{ state: "found", run: "r1", startedAt: "2026-11-21T04:00:00.000Z" }, "Baseline: run r1 of 2026-11-21 04:00 UTC (6 hours older)."],
  ] as const)("is a sentence: %j", (baseline, text) => {
    expect(sentence(baseline)).toEqual([text]);
  });

  it("says which cells are new and which are gone", () => {
    expect(sentence({ state: "none", reason: "x" }, { newCells: ["a", "b"], missingCells: ["c"] }).slice(1)).toEqual([
      "No baseline for these cells yet: a and b.",
      "In the baseline and missing from this run: c.",
    ]);
  });
});

describe("the six signs of a healthy start", () => {
  it("all pass on a launch that shows them", () => {
    const good = told.checklists.find((one) => one.passed === 6);
    expect(good?.points.map((point) => `${point.title}: ${point.detail}`)).toEqual([
      "Starts without an error: ready after 1 min 42 s",
      "All workers are up: a completion needs every rank, and one came",
      "KV cache is allocated: KV Cache is allocated. #tokens: 1187420, K size: 40.77 GB, V size: 40.77 GB",
      "Application startup complete: Application startup complete.",
      "Endpoint answers: Health endpoint answers: 200; Model list names the model: servegate-7f3a",
      "Model responds: A completion answers: 16 tokens in 84 ms; A chat answers: 16 tokens in 91 ms",
    ]);
  });

  it("do not pass on what no line shows", () => {
    const { comparison, verdict } = emptyStory();
    const [list] = view(aRecord({ cells: [aCell({ a: "b" }, { phases: [] })] }), comparison, verdict).checklists;
    expect(list?.points.map((point) => point.status)).toEqual(["passed", "passed", "not seen", "not seen", "passed", "passed"]);
  });

  it("name the worker that reported a crash", () => {
    expect(told.checklists[0]?.points.map((point) => point.status)).toEqual(["failed", "failed", "passed", "failed", "failed", "failed"]);
    expect(told.checklists[0]?.points[1]?.detail).toBe("TP2 reported the failure");
  });
});

describe("start-up and settings", () => {
  it("leave serving out of the timeline and say how the launch ended and stopped", () => {
    const one = told.timelines[0];
    expect(one?.spans.map((span) => `${span.phase} ${span.text}`)).toEqual([
      "spawn 6.2 s",
      "arguments 1.4 s",
      "distributed 9.8 s",
      "weights 34.5 s",
      "kv-cache 2.9 s",
      "graphs 41.0 s",
    ]);
    expect([one?.end, one?.stop]).toEqual(["failed in graphs after 95.8 s", "was already gone (2.3 s), nothing was left"]);
  });

  it("put a fallback first with the line that proves it", () => {
    expect(told.settings[0]).toMatchObject({
      axis: "custom-all-reduce",
      requested: "on",
      resolved: "off",
      effect: "fallback",
      tone: "bad",
      evidence: expect.stringMatching(/^Setup Custom allreduce failed/),
    });
  });

  it("name leftovers of a stop", () => {
    const { comparison, verdict } = emptyStory();
    const stop = { tookMs: 12_000, how: "killed" as const, leftovers: ["pid 7 holds 29 GB"] };
    expect(view(aRecord({ cells: [aCell({ a: "b" }, { stop })] }), comparison, verdict).timelines[0]?.stop).toBe(
      "had to be killed (12.0 s), left behind: pid 7 holds 29 GB",
    );
  });
});

describe("a doubtful run", () => {
  const shown = viewOf(doubtful());

  it("marks every number of an invalid result", () => {
    const row = shown.throughput.rows.find((one) => one.validity === "invalid");
    expect(row?.values.map((value) => value?.text)).toEqual(["invalid: 812.4 tokens/s"]);
    for (const id of ["terminal", "markdown", "html"] as const) {
      const text = formatOf(id).render(shown);
      expect(text).toContain("812.4");
      expect(text.match(/(?<!invalid: )812\.4(?! tokens\/s is invalid)/g)).toBeNull();
    }
  });

  it("says that it was interrupted and which baseline was refused", () => {
    expect(shown.warnings[0]).toMatch(/^The run did not finish/);
    expect(shown.changes.baseline).toBe("A baseline was found and not used: another GPU: NVIDIA H200 instead of NVIDIA B200.");
    expect(shown.gates.map((gate) => `${gate.word}: ${gate.worst}`)).toEqual([
      "inconclusive: piecewise-cuda-graph=off, 1024→1024 c=1: 812.4 tokens/s is invalid",
      "not tested: No cell has enough requests for a p99.",
    ]);
  });
});

describe("the comment that accepts a loss", () => {
  const HEAD = "4F0E8D21C7AA90B34F0E8D21C7AA90B34F0E8D21";
  const asked = (source: RunHeader["source"], ...classes: readonly Verdict["class"][]): string | undefined => {
    const { record, comparison, verdict } = emptyStory();
    const cells = classes.map((_, i) => aCell({ "max-sequences": String(i) }));
    const run = { ...record.run, ...(source === undefined ? {} : { source }) };
    const judged = { ...verdict, cells: cells.map(({ cell }, i) => ({ cell: cell.id, class: classes[i] ?? "pass", reason: "" })) };
    return view({ ...record, run, cells }, comparison, judged).accept;
  };

  it("names the whole commit and each cell that the change lost", () => {
    expect(asked({ headSha: HEAD, pullRequest: 7 }, "pass", "regression", "infra", "broken", "inconclusive")).toBe(
      `/servegate override ${HEAD.toLowerCase()} sglang/max-sequences=1 sglang/max-sequences=3 because …`,
    );
    expect(formatOf("markdown").render(told)).toContain("/servegate override 4f0e8d21c7aa90b3 sglang/");
  });

  it("is not offered where nothing can be accepted, or nobody could write it", () => {
    expect(asked({ headSha: HEAD, pullRequest: 7 }, "pass", "infra", "inconclusive")).toBeUndefined();
    expect(asked({ headSha: HEAD }, "regression")).toBeUndefined();
  });
});

it("names a cell that ran and was not judged", () => {
  const { comparison, verdict } = emptyStory();
  expect(view(aRecord({ cells: [aCell({ a: "b" })] }), comparison, verdict).untested).toEqual(["No verdict was given on sglang/a=b."]);
});

it("names facts in words, and the GPU time that was used", () => {
  expect(told.facts.find((fact) => fact.label === "Duration")?.value).toBe("30 min, 2.00 GPU-hours");
  expect(told.facts.find((fact) => fact.label === "GPU")?.value).toBe("4 × NVIDIA B200 (192 GB)");
  expect(
    viewOf({ ...story(), record: { ...story().record, machine: { ...story().record.machine, gpus: [] } } }).facts.find(
      (fact) => fact.label === "GPU",
    )?.value,
  ).toBe("none: no GPU was found on this machine");
});

it("names the image by its digest, and what the run cost where a price is known", () => {
  const of = (run: Partial<RunHeader>): Record<string, string> =>
    Object.fromEntries(viewOf(story(run)).facts.map(({ label, value }) => [label, value]));
  const price = { amount: 4.2, currency: "USD" };
  expect(of({ image: { name: "sglang:v1", digest: "sha256:feed" }, price })).toMatchObject({
    Image: "sglang:v1, sha256:feed",
    Cost: "8.40 USD (2.00 GPU-hours at 4.20 USD an hour)",
  });
  expect(of({ image: { name: "mine", id: "sha256:cafe" } })["Image"]).toBe("mine, built here as sha256:cafe");
  expect(of({ image: { name: "mine" } })["Image"]).toBe("mine, digest not known");
  expect(of({})).not.toHaveProperty("Cost");
});

it("cuts a string that a log made too long, between characters", () => {
  const { record, comparison, verdict } = story({ model: "🦀".repeat(5_000) });
  const model = view(record, comparison, verdict).facts.find((fact) => fact.label === "Model")?.value ?? "";
  expect(model).toMatch(/^🦀+…$/u);
  expect(model.length).toBeLessThanOrEqual(4_000);
});

it("says why a setting fell back, where a rule of the engine explains it, in every report that people read", () => {
  const resolved = {
    axis: "piecewise-cuda-graph",
    requested: "on",
    effect: "fallback",
    resolved: "off",
    evidence: "Disable piecewise CUDA graph because the model is not a language model",
    because: "SGLang gives the reason in its own line",
  } as const;
  const { comparison, verdict } = emptyStory();
  const record = aRecord({ cells: [aCell({ "piecewise-cuda-graph": "on" }, { resolved: [resolved] })] });
  const shown = view(record, comparison, verdict);
  expect(shown.settings[0]?.because).toBe(resolved.because);
  for (const id of ["markdown", "terminal", "html"] as const) expect(formatOf(id).render(shown), id).toContain(resolved.because);
});

it("tells a start on cold caches from one on warm ones", () => {
  const { comparison, verdict } = emptyStory();
  const record = aRecord({ cells: [aCell({ a: "b" }, { caches: "cold" }), aCell({ a: "c" }, { caches: "warm" })] });
  expect(view(record, comparison, verdict).timelines.map(({ end }) => end)).toEqual([
    "ready after 61.0 s, on cold caches: it had to compile",
    "ready after 61.0 s, on warm caches",
  ]);
});
