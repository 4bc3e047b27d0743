import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const require = createRequire(join(process.env["TEST_PACKAGES"], "package.json"));
const load = (name) => import(pathToFileURL(require.resolve(name)));
const [core, { context, getOctokit }] = await Promise.all(["@actions/core", "@actions/github"].map(load));

const AsyncFunction = (async () => {}).constructor;
const script = new AsyncFunction("github", "context", "core", core.getInput("script"));
await script(getOctokit(core.getInput("github-token")), context, core).catch((error) => core.setFailed(error.message));
