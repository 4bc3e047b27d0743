import { tokenId } from "../answers/index.ts";
import { hashNumbers, share } from "../hash.ts";

/** One token with its log-probability and the runners-up, all functions of the prompt, the place and the token. */
export interface Scored {
  readonly token: string;
  readonly logprob: number;
  readonly top: readonly { readonly token: string; readonly logprob: number }[];
}

/** Score the piece at a place of a sequence. `count` runners-up, itself among them where `count` is positive. */
export function scored(seed: number, index: number, token: string, count: number): Scored {
  const logprob = -0.7 * share(hashNumbers(seed, index, tokenId(token)));
  const others = Array.from({ length: Math.max(0, count - 1) }, (_, rank) => ({
    token: ` alt${rank}`,
    logprob: -2 - rank - share(hashNumbers(seed, index, rank)),
  }));
  return { token, logprob, top: count > 0 ? [{ token, logprob }, ...others] : [] };
}

/** The shape of `/v1/completions`. The first token of an echoed prompt has no predecessor, hence no value. */
export function completionLogprobs(tokens: readonly (Scored | string)[], offset: number): unknown {
  let at = offset;
  const offsets = tokens.map((each) => {
    const start = at;
    at += (typeof each === "string" ? each : each.token).length;
    return start;
  });
  return {
    text_offset: offsets,
    token_logprobs: tokens.map((each) => (typeof each === "string" ? null : each.logprob)),
    tokens: tokens.map((each) => (typeof each === "string" ? each : each.token)),
    top_logprobs: tokens.map((each) =>
      typeof each === "string" ? null : Object.fromEntries(each.top.map(({ token, logprob }) => [token, logprob])),
    ),
  };
}

/** The shape of `/v1/chat/completions`. */
export function chatLogprobs(tokens: readonly Scored[]): unknown {
  const bytes = (text: string): number[] => [...Buffer.from(text)];
  return {
    content: tokens.map(({ token, logprob, top }) => ({
      token,
      logprob,
      bytes: bytes(token),
      top_logprobs: top.map((each) => ({ token: each.token, logprob: each.logprob, bytes: bytes(each.token) })),
    })),
  };
}
