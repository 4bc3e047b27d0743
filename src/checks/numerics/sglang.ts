import { ask } from "../../load/index.ts";
import type { Endpoint } from "../../model/index.ts";
import type { Asking } from "../generated.ts";
import { checked, flawOf, type Score, type Scorer, type Scores } from "./scorer.ts";

/**
 * SGLang's `/generate` with `return_logprob`. A `logprob_start_len` of 0 keeps the prefix cache out of it: what decode left there
 * is not read back.
 */
export function sglangScorer(endpoint: Endpoint, at: Asking): Scorer {
  const generate = async (body: Record<string, unknown>, part: "input" | "output"): Promise<Scores> => {
    const reply = await ask(
      endpoint,
      { method: "POST", path: "/generate", body: { return_logprob: true, top_logprobs_num: 1, ...body } },
      at,
    );
    const meta = (reply.json as { readonly meta_info?: Readonly<Record<string, unknown>> } | undefined)?.meta_info;
    const tokens = meta?.[`${part}_token_logprobs`];
    if (reply.error !== undefined || !Array.isArray(tokens) || tokens.length === 0) return { ok: false, flaw: flawOf(reply) };
    const tops = meta?.[`${part}_top_logprobs`];
    const scores = tokens.map((token: unknown, i) => score(token, Array.isArray(tops) ? tops[i] : undefined));
    return checked(scores, part === "input" ? "unscored" : "scored");
  };
  // Scoring alone; versions before 0.4.6 answer one token at least, which does no harm.
  const nothing = { max_new_tokens: 0, temperature: 0 };
  return {
    text: (text) => generate({ text, logprob_start_len: 0, sampling_params: nothing }, "input"),
    decode: (ids, tokens, seed) => {
      const sampling = { max_new_tokens: tokens, min_new_tokens: tokens, ignore_eos: true, temperature: 1, sampling_seed: seed };
      return generate({ input_ids: ids, sampling_params: sampling }, "output");
    },
    read: (ids) => generate({ input_ids: ids, logprob_start_len: 0, sampling_params: nothing }, "input"),
  };
}

/** `[log-probability or null, token id, text]`, and the runners-up in the same form. */
function score(token: unknown, top: unknown): Score | undefined {
  const [logprob, id] = Array.isArray(token) ? (token as unknown[]) : [];
  if (typeof id !== "number") return undefined;
  const [first] = Array.isArray(top) ? (top as unknown[]) : [];
  const best = Array.isArray(first) ? (first[1] as unknown) : undefined;
  return {
    id,
    ...(logprob === null || logprob === undefined ? {} : { logprob: typeof logprob === "number" ? logprob : Number.NaN }),
    ...(typeof best === "number" ? { best } : {}),
  };
}
