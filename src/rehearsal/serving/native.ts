import type { ServerResponse } from "node:http";
import { hashNumbers } from "../hash.ts";
import { type Choice, generate } from "./generation.ts";
import { triple } from "./logprobs.ts";
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
      prompt_tokens: choice.promptTokens,
      completion_tokens: choice.said,
      cached_tokens: 0,
      ...(finished ? { e2e_latency: (performance.now() - startMs) / 1000 } : {}),
      ...(request.logprobs === undefined ? {} : tokenLogprobs(request, choice)),
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

/** Per generated token, and per token of the prompt from the place asked for. */
function tokenLogprobs({ logprobs: count = 0, scoring }: Generation, choice: Choice): Record<string, unknown> {
  const said = choice.pieces.slice(0, choice.said).map((_, index) => choice.score(index, count));
  const prompt = scoring.promptLogprobs === undefined ? [] : choice.promptScores(count).slice(scoring.scoresFrom);
  const tops = (tokens: typeof prompt): unknown[] => tokens.map((each) => ("top" in each ? each.top.map(triple) : null));
  return {
    input_token_logprobs: prompt.map(triple),
    output_token_logprobs: said.map(triple),
    ...(count > 0 ? { input_top_logprobs: tops(prompt), output_top_logprobs: tops(said) } : {}),
  };
}
