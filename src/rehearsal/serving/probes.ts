import type { ServerResponse } from "node:http";
import { MAX_POSITIONS } from "../model/index.ts";
import { inVersions } from "../versions.ts";
import { send, sendJson } from "./reply.ts";
import type { Service } from "./service.ts";

/** How long SGLang's generating health check waits for a token. */
const HEALTH_TIMEOUT_MS = 20_000;

/** `/health`: vLLM and old SGLang only know that they live; newer SGLang generates a token. */
export function answerHealth(service: Service, path: string, response: ServerResponse): void {
  const { settings } = service;
  if (!service.ready) return send(response, 503, "text/plain; charset=utf-8", "");
  const generating = settings.dialect === "sglang" && (path === "/health_generate" || inVersions(settings.version, ">=0.5.6"));
  if (!generating) return send(response, 200, "text/plain; charset=utf-8", "");
  const timer = setTimeout(() => {
    service.say([{ to: "stderr", text: "Health check failed. Server couldn't get a response from detokenizer for last 20 seconds." }]);
    send(response, 503, "text/plain; charset=utf-8", "");
  }, HEALTH_TIMEOUT_MS);
  const ticket = service.engine.submit({
    promptTokens: 1,
    length: 1,
    slow: 1,
    onToken: () => send(response, 200, "text/plain; charset=utf-8", ""),
    onEnd: () => clearTimeout(timer),
  });
  response.on("close", () => {
    clearTimeout(timer);
    ticket.cancel();
  });
}

export function answerModels({ settings, inference }: Service, response: ServerResponse): void {
  const owner = settings.dialect;
  const model = {
    id: settings.servedName,
    object: "model",
    created: Math.floor(Date.now() / 1000),
    owned_by: owner,
    root: settings.model,
    parent: null,
    max_model_len: Math.min(Number(settings.effective["context-length"]), inference === undefined ? Infinity : MAX_POSITIONS),
  };
  sendJson(response, 200, { object: "list", data: [model] });
}

/** Resolved settings: SGLang's fields lie flat beside the state of its scheduler; vLLM's under `vllm_config`. */
export function answerServerInfo({ settings, engine }: Service, response: ServerResponse): void {
  if (settings.dialect === "vllm") return sendJson(response, 200, { vllm_config: settings.resolved });
  sendJson(response, 200, {
    ...settings.resolved,
    status: "ready",
    max_total_num_tokens: 2_243_474,
    max_req_input_len: Number(settings.effective["context-length"]) - 6,
    internal_states: [
      { last_gen_throughput: 0, memory_usage: { weight: 17.43, kvcache: 119.82, graph: 1.85 }, num_running_reqs: engine.load().running },
    ],
    version: settings.version,
  });
}
