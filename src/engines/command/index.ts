import type { Engine } from "../engine.ts";

/**
 * Anything with an OpenAI-compatible endpoint. The whole argv is the user's; `{port}`, `{name}` and `{model}` may stand in it.
 * Nothing is assumed about the endpoint beyond the OpenAI API itself.
 */
export const command: Engine = {
  id: "command",
  title: "command",
  program: [],
  launch: (request) => ({ argv: [...(request.command ?? []), ...request.args], env: { ...request.env } }),
  version: undefined,
  servedAs: "first-listed",
  prefix: /^(?:DEBUG|INFO|WARNING|ERROR|CRITICAL):\s+/,
  markers: [
    { phase: "http", patterns: [/Started server process \[\d+\]/, /Application startup complete\./] },
    { phase: "ready", patterns: [/Uvicorn running on http/, /server is listening on http/] },
  ],
  fatal: [/\[Errno 98\]|address already in use/i],
  dialect: {
    tokenPrompts: false,
    ignoreEos: false,
    streamOptions: true,
    logprobs: false,
    health: false,
    metrics: false,
    serverInfo: undefined,
  },
};
