import { askVersion, versionIn } from "../ask-version.ts";
import type { Engine } from "../engine.ts";
import { transformersFatal } from "./fatal.ts";
import { transformersMarkers, transformersPrefix } from "./markers.ts";

export { transformersFlags } from "./flags.ts";

const program = ["transformers", "serve"];

/**
 * Hugging Face `transformers serve`, read in 5.23. The model named on the command line is the only one served, and requests
 * must name it exactly as it was written there. `/v1/models` lists the hub's cache folder and not the served model; it answers
 * 500 when that folder does not exist.
 */
export const transformers: Engine = {
  id: "transformers",
  title: "transformers serve",
  program,
  launch: (request) => ({
    argv: [...(request.command ?? program), "{model}", "--host", request.host ?? "127.0.0.1", "--port", "{port}", ...request.args],
    env: { ...request.env },
  }),
  version: { argv: askVersion("transformers", "transformers"), parse: versionIn },
  servedAs: "model-path",
  prefix: transformersPrefix,
  markers: transformersMarkers,
  fatal: transformersFatal,
  dialect: {
    // Prompts must be strings, and a request with a field it does not know is answered 422.
    tokenPrompts: false,
    ignoreEos: false,
    // Usage comes with the last chunk unasked; there is no `[DONE]` behind it.
    streamOptions: false,
    logprobs: false,
    // `/v1/models` lists the hub cache, and answers 500 where there is none.
    listsModel: false,
    health: true,
    metrics: false,
    serverInfo: undefined,
  },
};
