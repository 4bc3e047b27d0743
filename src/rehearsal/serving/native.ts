import type { ServerResponse } from "node:http";
import { tokenId } from "../answers/index.ts";
import { hashNumbers } from "../hash.ts";
import { type Choice, generate } from "./generation.ts";
import { scored } from "./logprobs.ts";
import { sendJson, startEvents } from "./reply.ts";
import type { Generation } from "./request.ts";
import { type Service, numbered } from "./service.ts";

/** SGLang's own `/generate`; its stream carries the text so far in every event. */
export function answerGenerate(service: Service, request: Generation, response: ServerResponse): void {
  const { number, mischief } = numbered(service);
  const startMs = performance.now();
  if (request.stream) startEvents(response);
  const result = (choice: Choice, finished: boolean): unknown => ({
    text: choice.pieces.slice(0, choice.said).join(""),
    meta_info: {
      id: hashNumbers(process.pid, number, choice.index).toString(16),
      finish_reason: finished ? { type: choice.finish, ...(choice.finish === "length" ? { length: choice.said } : {}) } : null,
      prompt_tokens: choice.prompt.tokens,
      completion_tokens: choice.said,
      cached_tokens: 0,
      ...(finished ? { e2e_latency: (performance.now() - startMs) / 1000 } : {}),
      ...(request.logprobs === undefined ? {} : { output_token_logprobs: tokenLogprobs(choice) }),
    },
  });
  generate(service, request, number, mischief, response, {
    piece: (choice, _piece, last) => {
      if (request.stream) response.write(`data: ${JSON.stringify(result(choice, last))}\n\n`);
    },
    done: (choices) => {
      if (request.stream) {
        response.end("data: [DONE]\n\n");
        return;
      }
      const results = choices.map((choice) => result(choice, true));
      sendJson(response, 200, results.length === 1 ? results[0] : results);
    },
    cut: () => response.socket?.destroy(),
  });
}

/** `[logprob, token id, text]` per token. */
function tokenLogprobs(choice: Choice): unknown[] {
  return choice.pieces.slice(0, choice.said).map((piece, index) => {
    const { logprob, token } = scored(choice.prompt.seed, choice.prompt.tokens + index, piece, 0);
    return [logprob, tokenId(token), token];
  });
}
