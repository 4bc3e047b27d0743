import { garbage } from "../garbage.ts";
import { generate } from "../generated.ts";
import { plainQuestion } from "../question.ts";
import { failed, failedReply, passed, shortText, type SmokeRow } from "./row.ts";

const TEXTS = 4;
const MAX_TOKENS = 48;

/** Half of the answers must be garbage before the row fails: one odd answer is the model's right, a broken kernel spoils most. */
export const soundText: SmokeRow = {
  id: "text-not-garbage",
  title: "Text is not garbage",
  async try(site) {
    const asked = Array.from({ length: TEXTS }, (_, i) => plainQuestion(10 + i));
    const answers = await Promise.all(
      asked.map((question) => generate(site.endpoint, { question, maxTokens: MAX_TOKENS, api: site.api }, site)),
    );
    const error = answers.find(({ reply }) => reply.error !== undefined);
    if (error !== undefined) return failedReply(error.reply);
    const flaws = answers.flatMap(({ text = "", completionTokens }) => {
      const flaw = garbage(text) ?? (completionTokens === 1 ? "ended after one token" : undefined);
      return flaw === undefined ? [] : [`${flaw} in ${shortText(text)}`];
    });
    if (flaws.length * 2 >= TEXTS) return failed(`${flaws.length} of ${TEXTS} answers are garbage: ${flaws[0]}`);
    return passed(flaws.length === 0 ? `${TEXTS} answers read` : `${TEXTS} answers read, ${flaws.length} odd: ${flaws[0]}`);
  },
};
