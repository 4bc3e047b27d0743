import { tokenId } from "../answers/index.ts";
import { hashNumbers, share } from "../hash.ts";

/** One token with its log-probability and the runners-up, all functions of the prompt, the place and the token. */
export interface Scored {
  readonly id: number;
  readonly token: string;
  readonly logprob: number;
  readonly top: readonly { readonly id: number; readonly token: string; readonly logprob: number }[];
}

/** A token that has nothing before it and so no score. */
export interface Unscored {
  readonly id: number;
  readonly token: string;
}

/** Score the piece at a place of a sequence. `count` runners-up, itself among them where `count` is positive. */
export function scored(seed: number, index: number, token: string, count: number): Scored {
  const logprob = -0.7 * share(hashNumbers(seed, index, tokenId(token)));
  const others = Array.from({ length: Math.max(0, count - 1) }, (_, rank) => ({
    token: ` alt${rank}`,
    id: tokenId(` alt${rank}`),
    logprob: -2 - rank - share(hashNumbers(seed, index, rank)),
  }));
  const id = tokenId(token);
  return { id, token, logprob, top: count > 0 ? [{ id, token, logprob }, ...others] : [] };
}

/** The shape of `/v1/completions`. The first token of an echoed prompt has no predecessor, hence no value. */
export function completionLogprobs(tokens: readonly (Scored | Unscored)[], offset: number, namesAreIds: boolean): unknown {
  const name = ({ id, token }: Unscored): string => (namesAreIds ? `token_id:${id}` : token);
  let at = offset;
  const offsets = tokens.map(({ token }) => {
    const start = at;
    at += token.length;
    return start;
  });
  return {
    text_offset: offsets,
    token_logprobs: tokens.map((each) => ("logprob" in each ? each.logprob : null)),
    tokens: tokens.map(name),
    // As the engine has it, the token itself is among its own alternatives.
    top_logprobs: tokens.map((each) =>
      "logprob" in each ? Object.fromEntries([...each.top, each].map((other) => [name(other), other.logprob])) : null,
    ),
  };
}

/** vLLM's `prompt_logprobs`: per token of the prompt, by id. */
export function promptLogprobs(tokens: readonly (Scored | Unscored)[]): unknown {
  return tokens.map((each) => {
    if (!("logprob" in each)) return null;
    const rank = each.top.findIndex(({ id }) => id === each.id);
    const others = each.top.map(({ id, token, logprob }, i) => [id, { logprob, rank: i + 1, decoded_token: token }] as const);
    const own = { logprob: each.logprob, rank: rank < 0 ? each.top.length + 1 : rank + 1, decoded_token: each.token };
    return Object.fromEntries([...others, [each.id, own] as const]);
  });
}

/** SGLang's `[log-probability, id, text]`. */
export function triple(each: Scored | Unscored): readonly [number | null, number, string] {
  return ["logprob" in each ? each.logprob : null, each.id, each.token];
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
