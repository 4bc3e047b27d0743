import { askVersion, versionIn } from "../ask-version.ts";
import { compilerCache } from "../caches.ts";
import type { Engine } from "../engine.ts";
import { vllmArguments, vllmEnvironment } from "./argv.ts";
import { vllmFatal } from "./fatal.ts";
import { vllmMarkers, vllmPrefix } from "./markers.ts";

export { vllmArguments, vllmEnvironment } from "./argv.ts";
export { vllmFlags } from "./flags.ts";

const program = ["vllm", "serve"];

export const vllm: Engine = {
  id: "vllm",
  title: "vLLM",
  program,
  launch: (request) => ({
    argv: [...(request.command ?? program), ...vllmArguments(request.args, request.host)],
    env: { ...vllmEnvironment, ...request.env },
  }),
  version: { argv: askVersion("vllm", "vllm"), parse: versionIn },
  help: (command) => [...(command ?? program), "--help=all"],
  servedAs: "name-flag",
  prefix: vllmPrefix,
  markers: vllmMarkers,
  caches: compilerCache,
  fatal: vllmFatal,
  dialect: {
    tokenPrompts: true,
    ignoreEos: true,
    streamOptions: true,
    logprobs: true,
    scoring: "vllm",
    health: true,
    metrics: true,
    // The default form answers with Python's repr in a string; the JSON form needs the developer mode that `launch` sets.
    serverInfo: "/server_info?config_format=json",
  },
};
