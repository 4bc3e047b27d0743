import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import { metricsText } from "./metrics.ts";
import { answerGenerate } from "./native.ts";
import { answerOpenAi } from "./openai.ts";
import { withTokens } from "./tokenized.ts";
import { answerHealth, answerModels, answerServerInfo } from "./probes.ts";
import { type Refusal, badRequest, refusalBody } from "./refusal.ts";
import { bodyOf, send, sendJson } from "./reply.ts";
import { type Generation, readChat, readCompletion, readGenerate } from "./request.ts";
import type { Service } from "./service.ts";

/** The HTTP server of one launch, not yet listening. */
export function httpServer(service: Service): Server {
  const server = createServer({ keepAliveTimeout: 30_000, requestTimeout: 0 }, (request, response) => {
    const path = (request.url ?? "/").split("?")[0] ?? "/";
    response.on("finish", () => logAccess(service, request, response));
    route(service, path, request, response).catch((error: unknown) => {
      // A client that went away while its body was read is no fault of ours.
      if (!response.headersSent && !response.destroyed) sendJson(response, 500, { detail: String(error) });
    });
  });
  return server;
}

async function route(service: Service, path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { settings, engine } = service;
  const sglang = settings.dialect === "sglang";
  switch (path) {
    case "/health":
    case "/ping":
      return answerHealth(service, path, response);
    case "/v1/models":
      return answerModels(service, response);
    case "/v1/completions":
      return generation(service, request, response, readCompletion, (checked) => answerOpenAi(service, "completions", checked, response));
    case "/v1/chat/completions":
      return generation(service, request, response, readChat, (checked) => answerOpenAi(service, "chat", checked, response));
    case "/metrics":
      if (settings.metrics) return send(response, 200, "text/plain; version=0.0.4; charset=utf-8", metricsText(service));
      break;
    case "/server_info":
    case "/get_server_info":
      if (settings.serverInfo) return answerServerInfo(service, response);
      break;
    case "/version":
      if (!sglang) return sendJson(response, 200, { version: settings.version });
      break;
    case "/reset_prefix_cache":
      if (!sglang && settings.serverInfo) return sendJson(response, 200, { success: true });
      break;
    case "/health_generate":
      if (sglang) return answerHealth(service, path, response);
      break;
    case "/model_info":
    case "/get_model_info":
      if (sglang) return sendJson(response, 200, { model_path: settings.model, tokenizer_path: settings.model, is_generation: true });
      break;
    case "/flush_cache": {
      if (!sglang) break;
      const busy = engine.load().running + engine.load().waiting > 0;
      const text = busy
        ? "Failed to flush cache because there are pending requests.\n"
        : "Cache flushed.\nPlease check backend logs for more details. (When there are running or waiting requests, the operation will not be performed.)\n";
      return send(response, busy ? 400 : 200, "text/plain; charset=utf-8", text);
    }
    case "/generate":
      if (sglang) return generation(service, request, response, readGenerate, (checked) => answerGenerate(service, checked, response));
      break;
    default:
  }
  sendJson(response, 404, { detail: "Not Found" });
}

type Reader = (body: Readonly<Record<string, unknown>>, settings: Service["settings"]) => Generation | Refusal;

async function generation(
  service: Service,
  request: IncomingMessage,
  response: ServerResponse,
  read: Reader,
  serve: (checked: Generation) => void,
): Promise<void> {
  const refuse = (refusal: Refusal): void => sendJson(response, refusal.status, refusalBody(service.settings.dialect, refusal));
  if (request.method !== "POST") return sendJson(response, 405, { detail: "Method Not Allowed" });
  let body: unknown;
  try {
    body = JSON.parse(await bodyOf(request));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return refuse(badRequest("[{'type': 'json_invalid', 'loc': ('body', 0), 'msg': 'JSON decode error'}]"));
  }
  if (typeof body !== "object" || body === null || Array.isArray(body)) return refuse(badRequest("Input should be a valid dictionary"));
  const checked = read(body as Record<string, unknown>, service.settings);
  if ("status" in checked) return refuse(checked);
  const tokenized = service.inference === undefined ? checked : withTokens(checked, service.inference.tokenizer);
  if ("status" in tokenized) return refuse(tokenized);
  serve(tokenized);
}

function logAccess(service: Service, request: IncomingMessage, response: ServerResponse): void {
  const from = `${request.socket.remoteAddress ?? "127.0.0.1"}:${request.socket.remotePort ?? 0}`;
  const text = `INFO:     ${from} - "${request.method} ${request.url} HTTP/1.1" ${response.statusCode} ${response.statusMessage}`;
  service.say([service.settings.dialect === "vllm" ? { to: "stdout", who: "APIServer", text } : { to: "stderr", text }]);
}
