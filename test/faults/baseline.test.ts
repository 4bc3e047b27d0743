import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect } from "vitest";
import { appendHistory, saveBaseline } from "../../src/baseline/index.ts";
import type { RunRecord } from "../../src/model/index.ts";
import { openBox, type Box } from "./box.ts";
import { cases, type Case } from "./case.ts";
import { runCase } from "./run-case.ts";

const QUICK = {
  accuracy: "[{ dataset: arithmetic, questions: 8 }]",
  throughput: "",
  gates: "[accuracy drops no more than 60 points]",
};
const FROM_FOLDER = { ...QUICK, baseline: "{ directory: ./base }" };
const FROM_HISTORY = { ...QUICK, baseline: "{ history: ./history }" };

let good: RunRecord;
beforeAll(async () => {
  const box = await openBox({ config: QUICK });
  const ran = await runCase(box);
  await box.github.stop();
  if (ran.record === undefined) throw ran.thrown ?? new Error(ran.problems.join("\n"));
  good = ran.record;
});

/** The good record with something else in it, as the baseline in the folder. */
const based = (change: (record: RunRecord) => unknown) => async (box: Box) => {
  mkdirSync(join(box.dir, "base"));
  writeFileSync(join(box.dir, "base", "record.json"), JSON.stringify(change(good)));
};
const damaged = (spoil: (text: string) => string) => (box: Box) => {
  mkdirSync(join(box.dir, "base"));
  writeFileSync(join(box.dir, "base", "record.json"), spoil(JSON.stringify(good)));
};
/** Never a pass, and it says what is missing. */
const unfit = (id: string, title: string, before: Case["before"], says: RegExp, config: Case["config"] = FROM_FOLDER): Case => ({
  id,
  title,
  config,
  ...(before === undefined ? {} : { before }),
  want: { class: "inconclusive", exitCode: 4, says },
});

describe("a baseline that cannot serve", () => {
  cases([
    {
      id: "#63",
      title: "there is none yet: nothing was compared, and it says so",
      config: FROM_FOLDER,
      want: { class: "pass", exitCode: 0, says: /Nothing was compared: no baseline could be read: .*no record here/ },
    },
    unfit(
      "#64",
      "its file is empty",
      damaged(() => ""),
      /not JSON|not a record|empty/i,
    ),
    unfit(
      "#65",
      "its file is cut off",
      damaged((text) => text.slice(0, text.length / 2)),
      /not JSON|cut|JSON/i,
    ),
    unfit(
      "#66",
      "its checksum is wrong",
      async (box) => {
        await appendHistory(good, join(box.dir, "history"));
        const [folder = ""] = readdirSync(join(box.dir, "history"));
        const entry = readdirSync(join(box.dir, "history", folder)).find((name) => name !== "key.json") ?? "";
        const path = join(box.dir, "history", folder, entry);
        writeFileSync(path, readFileSync(path, "utf8").replace(/"sha256":"[0-9a-f]+"/, `"sha256":"${createHash("sha256").digest("hex")}"`));
      },
      /checksum|sha256|altered/i,
      FROM_HISTORY,
    ),
    unfit(
      "#67",
      "it is of a newer schema",
      based((record) => ({ ...record, schema: "servegate/record@2" })),
      /which this version of Servegate does not read/,
    ),
    unfit(
      "#68",
      "it was made on other GPUs",
      based((record) => ({ ...record, machine: { ...record.machine, gpus: [{ name: "NVIDIA H200", uuid: "GPU-0", memoryBytes: 1 }] } })),
      /H200/,
    ),
    unfit(
      "#68",
      "it was made with another model",
      based((record) => ({ ...record, run: { ...record.run, model: "another" } })),
      /another/,
    ),
    {
      id: "#69",
      title: "it is years old",
      config: FROM_FOLDER,
      before: based((record) => ({ ...record, run: { ...record.run, startedAt: "2020-01-01T00:00:00.000Z" } })),
      want: { says: /\d+ days|years/ },
    },
    {
      id: "#70",
      title: "it has only other cells: this one is new, and it says so",
      config: FROM_FOLDER,
      before: based((record) => ({
        ...record,
        cells: record.cells.map((one) => ({ ...one, cell: { ...one.cell, id: "vllm/other", fingerprint: "0".repeat(16) } })),
      })),
      want: { class: "pass", exitCode: 0, says: /No baseline yet for vllm\/default/ },
    },
  ]);
});

describe("a baseline that can serve", () => {
  cases([
    {
      id: "#63",
      title: "is compared with",
      config: FROM_FOLDER,
      before: async (box) => void (await saveBaseline(good, join(box.dir, "base"))),
      want: { class: "pass", exitCode: 0, says: /Baseline: run \S+ of / },
      after: ({ conclusion }) => expect(conclusion?.comparison.baseline.state).toBe("found"),
    },
  ]);
});
