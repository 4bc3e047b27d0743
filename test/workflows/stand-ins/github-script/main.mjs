import { join } from "node:path";

const { core, context, getOctokit } = await import(join(process.env["TEST_PACKAGES"], "github.mjs"));

const AsyncFunction = (async () => {}).constructor;
const script = new AsyncFunction("github", "context", "core", core.getInput("script"));
await script(getOctokit(core.getInput("github-token")), context, core).catch((error) => core.setFailed(error.message));
