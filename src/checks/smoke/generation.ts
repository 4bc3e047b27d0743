import { generate, type Generated } from "../generated.ts";
import { plainQuestion } from "../question.ts";
import { failed, failedReply, passed, shortText, skipped, type Seen, type Site, type SmokeRow } from "./row.ts";

const MAX_TOKENS = 32;

export const completion: SmokeRow = {
  id: "model-responds",
  title: "Model responds to a completion",
  try: async (site) => judge(await generate(site.endpoint, { question: plainQuestion(0), maxTokens: MAX_TOKENS }, site)),
};

export const chat: SmokeRow = {
  id: "chat",
  title: "Chat completion",
  async try(site) {
    const answer = await generate(site.endpoint, { question: plainQuestion(1), maxTokens: MAX_TOKENS, api: "chat" }, site);
    // Base models come without one, and then chat is not theirs to offer.
    if (answer.reply.error === "http-4xx" && /chat.?template/i.test(answer.reply.text)) return skipped("the model has no chat template");
    return judge(answer);
  },
};

export const logProbabilities: SmokeRow = {
  id: "log-probabilities",
  title: "Log-probabilities are finite",
  async try(site) {
    if (!site.endpoint.dialect.logprobs) return skipped("this server offers none");
    if (site.api === "chat") return skipped("asked for by completions, which this server does not take");
    const wish = { question: plainQuestion(2), maxTokens: MAX_TOKENS, more: { logprobs: 1 } };
    const { reply, logprobs } = await generate(site.endpoint, wish, site);
    // NaN is no JSON: servers answer 500 "Out of range float values are not JSON compliant" (vllm#10234, sglang#5984).
    if (reply.error !== undefined) return failedReply(reply);
    if (logprobs === undefined || logprobs.length === 0) return failed("the answer carries no log-probabilities");
    const broken = logprobs.filter((value) => value === undefined || value > 0).length;
    return broken > 0 ? failed(`${broken} of ${logprobs.length} are no log-probabilities`) : passed(`${logprobs.length} tokens`);
  },
};

function judge({ reply, text, finishReason, completionTokens }: Generated): Seen {
  if (reply.error !== undefined) return failedReply(reply);
  if (text === undefined) return failed("the answer has no choices");
  if (text.trim() === "") return failed("the answer is empty");
  if (finishReason === undefined) return failed("the answer has no finish reason");
  if (completionTokens === undefined || completionTokens < 1) return failed("the answer has no usage");
  return passed(`${shortText(text)} in ${Math.round(reply.tookMs)} ms`);
}

/** A small question whose answer shows that the server still works; `undefined` when it does. */
export async function stillAnswers(site: Site): Promise<Seen | undefined> {
  const seen = judge(await generate(site.endpoint, { question: plainQuestion(3), maxTokens: 8, api: site.api }, site));
  return seen.status === "passed" ? undefined : seen;
}
