import { askVersion, versionIn } from "../ask-version.ts";
import { compilerCache } from "../caches.ts";
import type { Engine } from "../engine.ts";
import { sglangArguments, sglangProgram } from "./argv.ts";
import { sglangFatal } from "./fatal.ts";
import { sglangMarkers, sglangPrefix } from "./markers.ts";

export { sglangArguments } from "./argv.ts";
export { sglangFlags } from "./flags.ts";

const program = sglangProgram(undefined);

export const sglang: Engine = {
  id: "sglang",
  title: "SGLang",
  program,
  launch: (request) => ({
    argv: [...(request.command ?? sglangProgram(request.version)), ...sglangArguments(request.args, request.host)],
    env: { ...request.env },
  }),
  version: { argv: askVersion("sglang", "sglang"), parse: versionIn },
  help: (command) => [...(command ?? program), "--help"],
  servedAs: "name-flag",
  prefix: sglangPrefix,
  markers: sglangMarkers,
  caches: compilerCache,
  fatal: sglangFatal,
  dialect: {
    tokenPrompts: true,
    ignoreEos: true,
    streamOptions: true,
    logprobs: true,
    scoring: "sglang",
    health: true,
    // Offered only with `--enable-metrics`, which is the user's to set: it costs work in the scheduler.
    metrics: false,
    serverInfo: "/server_info",
  },
};
