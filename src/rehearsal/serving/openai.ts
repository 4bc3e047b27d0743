import type { ServerResponse } from "node:http";
import { hashNumbers } from "../hash.ts";
import { type Choice, type Sink, generate, usageOf } from "./generation.ts";
import { chatLogprobs, completionLogprobs, promptLogprobs } from "./logprobs.ts";
import { sendJson, startEvents } from "./reply.ts";
import type { Generation } from "./request.ts";
import { type Service, numbered } from "./service.ts";

/** Which of the two OpenAI endpoints a request came by; they differ in the shape of what goes back. */
export type Endpoint = "completions" | "chat";

/** Answer a checked request of `/v1/completions` or `/v1/chat/completions`, streamed or whole. */
export function answerOpenAi(service: Service, endpoint: Endpoint, request: Generation, response: ServerResponse): void {
  const { number, mischief } = numbered(service);
  if (mischief.logprobsError && request.logprobs !== undefined) {
    const message = "Out of range float values are not JSON compliant";
    sendJson(
      response,
      500,
      service.settings.dialect === "vllm"
        ? { error: { message, type: "InternalServerError", param: null, code: 500 } }
        : { detail: message },
    );
    return;
  }
  const head = {
    id: `${endpoint === "chat" ? "chatcmpl" : "cmpl"}-${hashNumbers(process.pid, number).toString(16).padStart(8, "0")}${number}`,
    created: Math.floor(Date.now() / 1000),
    model: service.settings.servedName,
  };
  const sink = request.stream ? streamed(endpoint, request, head, response) : whole(endpoint, request, head, response);
  generate(service, request, number, mischief, response, sink);
}

interface Head {
  readonly id: string;
  readonly created: number;
  readonly model: string;
}

function streamed(endpoint: Endpoint, request: Generation, { id, created, model }: Head, response: ServerResponse): Sink {
  startEvents(response);
  const object = endpoint === "chat" ? "chat.completion.chunk" : "text_completion";
  // Everything but the piece is the same in each event, and a thousand of them leave per second.
  const before = `data: ${JSON.stringify({ id, object, created, model }).slice(0, -1)},"choices":[`;
  const after = request.includeUsage ? `],"usage":null}\n\n` : "]}\n\n";
  const event = (choice: string): void => void response.write(`${before}${choice}${after}`);
  return {
    piece: (choice, piece, last) => {
      if (endpoint === "chat" && choice.said === 1) {
        event(`{"index":${choice.index},"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}`);
      }
      const content = endpoint === "chat" ? `"delta":{"content":${JSON.stringify(piece)}}` : `"text":${JSON.stringify(piece)}`;
      const logprobs =
        request.logprobs === undefined ? "null" : JSON.stringify(logprobsOf(endpoint, request, choice, [choice.said - 1], 0));
      event(
        `{"index":${choice.index},${content},"logprobs":${logprobs},"finish_reason":${last ? `"${choice.finish}"` : "null"},"stop_reason":null}`,
      );
    },
    done: (choices) => {
      if (request.includeUsage) response.write(`${before}],"usage":${JSON.stringify(usageOf(choices))}}\n\n`);
      response.end("data: [DONE]\n\n");
    },
    cut: () => response.socket?.destroy(),
  };
}

function whole(endpoint: Endpoint, request: Generation, { id, created, model }: Head, response: ServerResponse): Sink {
  return {
    piece: () => undefined,
    done: (choices) => {
      const bodies = choices.map((choice) => {
        const text = choice.pieces.join("");
        const all = choice.pieces.map((_, index) => index);
        const logprobs = request.logprobs === undefined ? null : logprobsOf(endpoint, request, choice, all, 0);
        const common = { index: choice.index, logprobs, finish_reason: choice.finish, stop_reason: null };
        if (endpoint === "chat") return { ...common, message: { role: "assistant", content: text, tool_calls: [] } };
        return { ...common, text: request.echo ? echoed(choice) + text : text, ...scores(request, choice) };
      });
      const object = endpoint === "chat" ? "chat.completion" : "text_completion";
      sendJson(response, 200, { id, object, created, model, choices: bodies, usage: usageOf(choices) });
    },
    cut: () => response.socket?.destroy(),
  };
}

/** The prompt as it is echoed; a special token at its start stands for no text. */
function echoed(choice: Choice): string {
  return choice
    .promptScores(0)
    .map(({ token }) => token)
    .join("")
    .replace(/^<s>/, "");
}

function scores({ scoring }: Generation, choice: Choice): Record<string, unknown> {
  return scoring.promptLogprobs === undefined ? {} : { prompt_logprobs: promptLogprobs(choice.promptScores(scoring.promptLogprobs)) };
}

function logprobsOf(endpoint: Endpoint, request: Generation, choice: Choice, indices: readonly number[], offset: number): unknown {
  const count = request.logprobs ?? 0;
  const said = indices.map((index) => choice.score(index, count));
  if (endpoint === "chat") return chatLogprobs(said);
  return completionLogprobs([...(request.echo ? choice.promptScores(count) : []), ...said], offset, request.scoring.namesAreIds);
}
