/**
 * Writes what is derived from the sources: the tables in README.md and the JSON Schemas.
 *
 *     node .ci/generate.ts            writes
 *     node .ci/generate.ts --check    fails when a file is not what it would write
 */
import { readFile, writeFile } from "node:fs/promises";
import { parse } from "yaml";
import { axes } from "../src/axes/index.ts";
import { configJsonSchema } from "../src/config/index.ts";
import { recordJsonSchema } from "../src/record/index.ts";

interface Manifest {
  readonly inputs: Readonly<Record<string, { description: string; default?: string }>>;
  readonly outputs: Readonly<Record<string, { description: string }>>;
}

const manifest = parse(await readFile("action.yml", "utf8")) as Manifest;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll("|", String.raw`\|`)).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function code(text: string): string {
  return text === "" ? "–" : `\`${text}\``;
}

const actionTables = [
  table(
    ["Input", "Default", "Meaning"],
    Object.entries(manifest.inputs).map(([name, input]) => [code(name), code(input.default ?? ""), input.description]),
  ),
  "",
  table(
    ["Output", "Meaning"],
    Object.entries(manifest.outputs).map(([name, output]) => [code(name), output.description]),
  ),
].join("\n");

const axesTable = table(
  ["Axis", "Values", "Engines"],
  axes.map((axis) => [
    code(axis.id),
    "pattern" in axis.values ? `such as ${code(axis.values.example)}` : axis.values.map(code).join(", "),
    Object.keys(axis.engines).join(", "),
  ]),
);

function between(text: string, name: string, content: string): string {
  const [start, end] = [`<!-- ${name}-start -->`, `<!-- ${name}-end -->`];
  const from = text.indexOf(start);
  const to = text.indexOf(end);
  if (from < 0 || to < 0) throw new Error(`README.md has lost its ${name} marks`);
  return `${text.slice(0, from + start.length)}\n${content}\n${text.slice(to)}`;
}

const readme = await readFile("README.md", "utf8");
const files: Record<string, string> = {
  "README.md": between(between(readme, "action", actionTables), "axes", axesTable),
  "src/config/servegate.schema.json": `${JSON.stringify(configJsonSchema(), undefined, 2)}\n`,
  "src/record/record.schema.json": `${JSON.stringify(recordJsonSchema(), undefined, 2)}\n`,
};
for (const [path, content] of Object.entries(files)) {
  const now = await readFile(path, "utf8").catch(() => "");
  if (now === content) continue;
  if (process.argv.includes("--check")) {
    process.stderr.write(`${path} is not what the sources say. Run "npm run generate".\n`);
    process.exitCode = 1;
  } else {
    await writeFile(path, content);
  }
}
