import type { LoadResult } from "./load-request.ts";
import { promptWords, type Prompts } from "./prompts.ts";

/**
 * What a pass of text prompts taught about this server's tokeniser: words to a token, for the next pass' `wordsPerToken`. `undefined`
 * where the server counted no prompt tokens. `prompts` are those of the pass, all of one length.
 */
export function wordsPerToken({ samples }: Pick<LoadResult, "samples">, prompts: Prompts): number | undefined {
  const counts = samples.requests.map(({ promptTokens }) => promptTokens).filter((count) => count !== undefined);
  const total = counts.reduce((sum, count) => sum + count, 0);
  return total === 0 ? undefined : (promptWords(prompts) * counts.length) / total;
}
