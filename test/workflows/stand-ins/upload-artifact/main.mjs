import { existsSync, readdirSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const require = createRequire(join(process.env["TEST_PACKAGES"], "package.json"));
const { DefaultArtifactClient } = await import(pathToFileURL(require.resolve("@actions/artifact")));

const input = (name) => process.env[`INPUT_${name.toUpperCase()}`] ?? "";
const paths = input("path")
  .split("\n")
  .map((line) => resolve(line.trim()))
  .filter((path) => existsSync(path));
const walk = (path) => (statSync(path).isDirectory() ? readdirSync(path).flatMap((name) => walk(join(path, name))) : [path]);
const files = paths.flatMap(walk);
if (files.length === 0) {
  console.log("::warning::No files were found with the provided path. No artifacts will be uploaded.");
  process.exit();
}
const first = paths[0];
const root = paths.length === 1 && statSync(first).isDirectory() ? first : dirname(first);
const client = new DefaultArtifactClient();
const name = input("name");
if (input("overwrite") === "true") await client.deleteArtifact(name).catch(() => undefined);
const { size } = await client.uploadArtifact(name, files, root);
console.log(`uploaded ${name}: ${files.length} files, ${size} bytes`);
