/**
 * Bundles the entrances into `dist/`, one self-contained file each, byte-identical for identical sources.
 *
 *     node .ci/build.ts            writes dist/
 *     node .ci/build.ts --check    fails when dist/ differs from what the sources build
 */
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getProjectLicenses } from "generate-license-file";
import { rolldown } from "rolldown";

const ENTRANCES = {
  index: "src/action/main.ts",
  cli: "src/cli/main.ts",
  rehearsal: "src/rehearsal/main.ts",
  "load-worker": "src/load/worker.ts",
};

async function build(into: string): Promise<void> {
  await rm(into, { recursive: true, force: true });
  for (const [name, input] of Object.entries(ENTRANCES)) {
    const bundle = await rolldown({ input, platform: "node", logLevel: "warn" });
    await bundle.write({ file: join(into, `${name}.js`), format: "esm", codeSplitting: false, minify: false, sourcemap: false });
    await bundle.close();
  }
  await writeFile(join(into, "post.js"), POST);
  await writeFile(join(into, "licenses.txt"), await licences());
}

/** The licences of everything that the bundles may contain, sorted, as their terms ask of whoever hands the code on. */
async function licences(): Promise<string> {
  const all = await getProjectLicenses("package.json");
  const entries = all.map(({ dependencies, content, notices }) =>
    [`${[...dependencies].toSorted().join(", ")}:`, content.trim(), ...notices.map((notice) => notice.trim())].join("\n\n"),
  );
  return `The bundles beside this file contain parts of these packages.\n\n${entries.toSorted().join("\n\n-----\n\n")}\n`;
}

/**
 * A file of its own, because a mark that `main` leaves for it does not exist when `main` was killed in its first moments, and the whole
 * measurement would then run again in the place of the cleaning up.
 */
const POST = 'process.env.STATE_isPost = "true";\nawait import("./index.js");\n';

async function differences(left: string, right: string): Promise<string[]> {
  const names = new Set([...(await readdir(left)), ...(await readdir(right))]);
  const found: string[] = [];
  for (const name of names) {
    if (name === "package.json") continue;
    const [a, b] = await Promise.all([left, right].map((folder) => readFile(join(folder, name)).catch(() => undefined)));
    if (a === undefined || b === undefined || !a.equals(b)) found.push(name);
  }
  return found;
}

if (process.argv.includes("--check")) {
  const fresh = await mkdtemp(join(tmpdir(), "servegate-dist-"));
  await build(fresh);
  const stale = await differences("dist", fresh);
  await rm(fresh, { recursive: true });
  if (stale.length > 0) {
    process.stderr.write(`dist/ is not what src/ builds: ${stale.join(", ")}. Run "npm run build" and commit dist/.\n`);
    process.exitCode = 1;
  }
} else {
  await build("dist");
}
