import type { ServerResponse } from "node:http";
import { hashNumbers, share } from "../hash.ts";
import type { Mischief } from "../rules.ts";
import { observe } from "./counters.ts";
import type { Generation } from "./request.ts";
import { type Said, inferredSaid, scriptedSaid } from "./said.ts";
import type { Service } from "./service.ts";

/** One prompt being answered. */
export interface Choice extends Said {
  readonly index: number;
  /** Pieces said so far. */
  said: number;
}

/** Where the pieces go. */
export interface Sink {
  readonly piece: (choice: Choice, piece: string, last: boolean) => void;
  /** All choices are complete. */
  readonly done: (choices: readonly Choice[]) => void;
  /** Scripted: the connection is cut in mid-answer. */
  readonly cut: () => void;
}

/** Answer a generation: what is said is settled first, then the engine lets it out at its pace. */
export function generate(
  service: Service,
  request: Generation,
  number: number,
  mischief: Mischief,
  response: ServerResponse,
  sink: Sink,
): void {
  const { inference } = service;
  const load = request.limits.ignoreEos && request.logprobs === undefined;
  const scripted =
    inference === undefined || load || mischief.garbage !== undefined || request.prompts.some(({ ids }) => ids === undefined);
  const start = (said: readonly Said[]): void => {
    if (!response.destroyed) paced(service, said, number, mischief, response, sink);
  };
  if (scripted) return start(request.prompts.map((prompt) => scriptedSaid(prompt, request, mischief)));
  void Promise.all(request.prompts.map((prompt) => inferredSaid(prompt, request, inference))).then(start);
}

/** Run answers through the engine. A client that goes away frees its slots. */
function paced(service: Service, all: readonly Said[], number: number, mischief: Mischief, response: ServerResponse, sink: Sink): void {
  const { engine, counters } = service;
  const cutting = share(hashNumbers(number, 77)) < mischief.drop;
  const choices = all.map((said, index): Choice => ({ ...said, index, said: 0 }));
  let open = choices.length;
  const tickets = choices.map((choice) => {
    const startMs = performance.now();
    let firstMs = startMs;
    counters.promptTokens += choice.promptTokens;
    return engine.submit({
      promptTokens: choice.promptTokens,
      // Scoring a prompt takes one step and says nothing.
      length: Math.max(1, choice.pieces.length),
      slow: mischief.slow,
      onToken: (index) => {
        if (index === 0) {
          firstMs = performance.now();
          service.pulse.prefill(choice.promptTokens);
          observe(counters.firstToken, (firstMs - startMs) / 1000);
        }
        const piece = choice.pieces[index];
        if (piece === undefined) return;
        counters.generatedTokens += 1;
        choice.said += 1;
        service.pulse.token();
        sink.piece(choice, piece, choice.said === choice.pieces.length);
        if (cutting && choice.said >= choice.pieces.length / 2) sink.cut();
      },
      onEnd: () => {
        const endMs = performance.now();
        if (choice.pieces.length > 1) observe(counters.perToken, (endMs - firstMs) / 1000 / (choice.pieces.length - 1));
        observe(counters.endToEnd, (endMs - startMs) / 1000);
        counters.finished[choice.finish] += 1;
        open -= 1;
        if (open === 0) sink.done(choices);
      },
    });
  });
  response.on("close", () => {
    if (open === 0) return;
    counters.finished.abort += open;
    for (const ticket of tickets) ticket.cancel();
  });
}

export function usageOf(choices: readonly Choice[]): { prompt_tokens: number; total_tokens: number; completion_tokens: number } {
  const prompt = choices.reduce((sum, choice) => sum + choice.promptTokens, 0);
  const completion = choices.reduce((sum, choice) => sum + choice.said, 0);
  return { prompt_tokens: prompt, total_tokens: prompt + completion, completion_tokens: completion };
}
