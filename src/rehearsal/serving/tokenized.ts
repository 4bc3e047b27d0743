import { type Inference, MAX_POSITIONS } from "../model/index.ts";
import { type Refusal, badRequest } from "./refusal.ts";
import type { Generation, Prompt } from "./request.ts";

/** The same request with its prompts as the model's own tokens, or why the model cannot read them. */
export function withTokens(request: Generation, tokenizer: Inference["tokenizer"]): Generation | Refusal {
  const prompts = request.prompts.map((prompt): Prompt => {
    // A completion goes on after its prompt; a chat turn is a question of its own, in the form of the model's chat template.
    const text = request.limits.leadingSpace ? prompt.text : `Question: ${prompt.text}\nAnswer:`;
    const ids = prompt.ids ?? tokenizer.encode(text);
    return { ...prompt, ids, tokens: ids.length };
  });
  const load = request.limits.ignoreEos && request.logprobs === undefined;
  for (const { ids = [] } of load ? [] : prompts) {
    const strange = ids.find((id) => id < 0 || id >= tokenizer.size);
    if (strange !== undefined) return badRequest(`Token id ${strange} is out of vocabulary`);
    if (ids.length >= MAX_POSITIONS) return badRequest(`This model's maximum context length is ${MAX_POSITIONS} tokens.`);
  }
  if (load) return { ...request, prompts };
  // An answer may be as long as the model can remember.
  const room = Math.min(...prompts.map(({ tokens }) => MAX_POSITIONS - tokens));
  const limits = { ...request.limits, maxTokens: Math.min(request.limits.maxTokens, room) };
  return { ...request, prompts, limits };
}
