import { join, matchesGlob, resolve } from "node:path";

const { DefaultArtifactClient } = await import(join(process.env["TEST_PACKAGES"], "artifact.mjs"));

const input = (name) => process.env[`INPUT_${name.toUpperCase()}`] ?? "";
const [repositoryOwner, repositoryName] = process.env["GITHUB_REPOSITORY"].split("/");
const token = input("github-token");
const other = token === "" ? {} : { findBy: { token, workflowRunId: Number(input("run-id")), repositoryOwner, repositoryName } };
const client = new DefaultArtifactClient();
const path = resolve(input("path"));
if (input("name") !== "") {
  const { artifact } = await client.getArtifact(input("name"), other);
  await client.downloadArtifact(artifact.id, { path, ...other });
  process.stdout.write(`downloaded ${artifact.name}\n`);
} else {
  const { artifacts } = await client.listArtifacts({ latest: true, ...other });
  for (const { id, name } of artifacts.filter((one) => matchesGlob(one.name, input("pattern")))) {
    await client.downloadArtifact(id, { path: join(path, name), ...other });
    process.stdout.write(`downloaded ${name}\n`);
  }
}
