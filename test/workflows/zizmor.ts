import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { check } from "../fakes/tally.ts";
import type { Tools } from "./tools.ts";

const WORKFLOWS = resolve(import.meta.dirname, "../../workflows");
const ACTION = resolve(import.meta.dirname, "../../action.yml");
const IGNORE = / # zizmor: ignore\[([\w-]+)\] ?(.*)$/gm;

/** zizmor at its strictest persona, which finds whatever `pedantic` does; every finding that is waved through says why. */
export async function zizmor(tools: Tools): Promise<void> {
  const files = readdirSync(WORKFLOWS).filter((name) => name.endsWith(".yml"));
  const text = (name: string): string => readFileSync(join(WORKFLOWS, name), "utf8");
  const shipped = audit(tools, [...files.map((name) => join(WORKFLOWS, name)), ACTION]);
  check("zizmor finds nothing that is not explained, in any workflow or in action.yml", shipped.length === 0, shipped);

  const explained = files.flatMap((name) => [...text(name).matchAll(IGNORE)].map(([, audited, why = ""]) => ({ name, audited, why })));
  check(
    "every explanation says something",
    explained.every(({ why }) => why.length > 20),
    explained,
  );
  const bare = mkdtempSync(join(tmpdir(), "servegate-zizmor-"));
  for (const name of files) writeFileSync(join(bare, name), text(name).replaceAll(IGNORE, ""));
  const found = audit(
    tools,
    files.map((name) => join(bare, name)),
  );
  const told = explained.map(({ name, audited }) => `${audited} in ${name}`).sort();
  check(`and each of the ${told.length} waves one finding through`, found.map(plain).sort().join() === told.join(), found.map(plain));

  const worse = join(bare, "worse.yml");
  writeFileSync(
    worse,
    text("gate.yml")
      .replace("persist-credentials: false", "fetch-depth: 1")
      .replace("cache-mode: none", "")
      .replace('pip install -e "python[all]"', "echo ${{ github.head_ref }}"),
  );
  const seen = audit(tools, [worse]).map((one) => one.ident);
  check(
    "zizmor does find a kept credential and a stranger's text in a script",
    ["artipacked", "template-injection"].every((one) => seen.includes(one)),
    seen,
  );
}

interface Finding {
  readonly ident: string;
  readonly ignored: boolean;
  readonly locations: readonly { readonly symbolic: { readonly key: { readonly Local?: { readonly verbatim_path: string } } } }[];
}

function audit(tools: Tools, paths: readonly string[]): readonly Finding[] {
  const args = ["--offline", "--persona", "auditor", "--no-progress", "--no-exit-codes", "--format", "json", ...paths];
  const { stdout, stderr, status } = spawnSync(tools.zizmor, args, { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  if (status !== 0) throw new Error(`zizmor ended with ${status}: ${stderr}`);
  return (JSON.parse(stdout) as readonly Finding[]).filter((one) => !one.ignored);
}

function plain({ ident, locations }: Finding): string {
  return `${ident} in ${locations[0]?.symbolic.key.Local?.verbatim_path.split("/").at(-1)}`;
}
