import { describe, expect, it } from "vitest";
import { axes, carry } from "../../src/axes/index.ts";
import type { Axis } from "../../src/axes/index.ts";
import { plan } from "../../src/plan/index.ts";
import { aConfig, mission, site } from "../plan/a-config.ts";

/** The releases at which something changed, and the newest. */
const RELEASES = {
  sglang: ["0.5.4", "0.5.9", "0.5.10", "0.5.14", "0.5.18", "0.5.23"],
  vllm: ["0.11.0", "0.13.0", "0.15.0", "0.22.0", "0.28.0", "0.33.0"],
} as const;
type Engine = keyof typeof RELEASES;

interface Row {
  readonly versions: string[];
  readonly value: string;
  readonly written: string;
  readonly source: string;
}

function rowsOf(axis: Axis, engine: Engine): Row[] {
  const values = "pattern" in axis.values ? [axis.values.example] : axis.values;
  return values.flatMap((value) => {
    const rows: Row[] = [];
    for (const version of RELEASES[engine]) {
      const carried = carry(axis, value, engine, version);
      const flags = carried.ok
        ? [...Object.entries(carried.carrying.env ?? {}).map(([name, text]) => `${name}=${text}`), ...carried.carrying.args]
        : [];
      const becomes = carried.ok && carried.carrying.becomes !== undefined ? `; becomes ${carried.carrying.becomes.value}` : "";
      const written = carried.ok
        ? `${flags.length === 0 ? "nothing: the default" : `\`${flags.join(" ")}\``}${becomes}`
        : `no: ${carried.reason.replace(version, "this version")}`;
      const source = carried.ok ? carried.source : "";
      const last = rows.at(-1);
      if (last?.written === written && last.source === source) last.versions.push(version);
      else rows.push({ versions: [version], value, written, source });
    }
    // A name that this engine never had is another engine's.
    return rows.every(({ written }) => written.includes("is not known to")) ? [] : rows;
  });
}

function axisText(axis: Axis, engine: Engine): string {
  const lines = rowsOf(axis, engine).map((row) => `| ${row.value} | ${row.versions.join(", ")} | ${row.written} | ${row.source} |`);
  return [`### ${axis.id}`, "", "| value | releases | written as | known from |", "| --- | --- | --- | --- |", ...lines, ""].join("\n");
}

/** Which of the eight cells run, and what is said of the others. */
function missionText(engine: Engine, version: string): string {
  const planned = plan(aConfig({ engine, matrix: mission, engineVersion: version }), { site });
  const short = (values: Readonly<Record<string, string>>): string =>
    `graphs ${values["piecewise-cuda-graph"]}, ${values["attention-backend"]}, all-reduce ${values["custom-all-reduce"]}`;
  const ran = planned.cells.map(({ cell }) => `- runs: ${short(cell.axes)}`);
  const left = planned.skipped.map(({ cell, kind, reason }) => `- ${kind}: ${short(cell.axes)}: ${reason.replaceAll("|", "/")}`);
  return [`### ${engine} ${version}`, "", ...ran.toSorted(), ...left.toSorted(), ""].join("\n");
}

describe("every value of every axis", () => {
  it("is written as the table says, in every release of it, with its source", async () => {
    const parts = (Object.keys(RELEASES) as Engine[]).flatMap((engine) => [
      `## ${engine}\n`,
      ...axes.filter((axis) => axis.engines[engine] !== undefined).map((axis) => axisText(axis, engine)),
    ]);
    const cells = (Object.keys(RELEASES) as Engine[]).flatMap((engine) => RELEASES[engine].map((version) => missionText(engine, version)));
    const head =
      "# What every axis value becomes\n\nWritten by `translations.test.ts` (`vitest run -u` after a change). That the releases take these flags, choices, variables and keys\n" +
      "is tested apart, against what their own packages say (test/corpus/help, test/corpus/settings).\n";
    await expect([head, ...parts, "## Piecewise graphs × CUTLASS or FA2 × custom all-reduce\n", ...cells].join("\n")).toMatchFileSnapshot(
      "translations.md",
    );
  });

  it("that a release takes has a source, and eight cells of the mission are accounted for in each", () => {
    for (const engine of Object.keys(RELEASES) as Engine[]) {
      const rows = axes.filter((axis) => axis.engines[engine] !== undefined).flatMap((axis) => rowsOf(axis, engine));
      expect(rows.filter(({ written, source }) => !written.startsWith("no: ") && source.length < 5)).toEqual([]);
      for (const version of RELEASES[engine]) {
        const { cells, skipped } = plan(aConfig({ engine, matrix: mission, engineVersion: version }), { site });
        expect(cells.length + skipped.length, `${engine} ${version}`).toBe(8);
        expect(skipped.filter(({ reason }) => reason.length < 20)).toEqual([]);
      }
    }
  });
});
