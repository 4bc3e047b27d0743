import { API_PATH, ask, type Reply } from "../../load/index.ts";
import type { Endpoint } from "../../model/index.ts";
import type { Asking } from "../generated.ts";
import { checked, flawOf, type Score, type Scorer, type Scores } from "./scorer.ts";

/**
 * vLLM's `/v1/completions`: `return_tokens_as_token_ids` names tokens `token_id:7`, `echo` scores the prompt along with what follows, and
 * `prompt_logprobs` does it by id. Log-probabilities are those before temperature and penalties (`--logprobs-mode raw_logprobs`, the default).
 */
export function vllmScorer(endpoint: Endpoint, at: Asking): Scorer {
  const complete = (body: Record<string, unknown>): Promise<Reply> =>
    ask(
      endpoint,
      { method: "POST", path: API_PATH.completions, body: { model: endpoint.model, temperature: 0, max_tokens: 1, ...body } },
      at,
    );
  const echo = async (prompt: string | readonly number[]): Promise<Scores> => {
    const reply = await complete({ prompt, echo: true, logprobs: 1, return_tokens_as_token_ids: true });
    const scores = named(reply);
    // One token had to be generated; it is none of the prompt's.
    return scores === undefined ? { ok: false, flaw: flawOf(reply) } : checked(scores.slice(0, -1), "unscored");
  };
  return {
    text: echo,
    async decode(prompt, tokens, seed) {
      const exact = { max_tokens: tokens, min_tokens: tokens, ignore_eos: true };
      const reply = await complete({ prompt, ...exact, temperature: 1, seed, logprobs: 1, return_tokens_as_token_ids: true });
      const scores = named(reply);
      return scores === undefined ? { ok: false, flaw: flawOf(reply) } : checked(scores, "scored");
    },
    async read(prompt) {
      const reply = await complete({ prompt, prompt_logprobs: 1 });
      const given = choice(reply)?.prompt_logprobs;
      return Array.isArray(given) ? checked(byId(given, prompt), "unscored") : echo(prompt);
    },
  };
}

interface Choice {
  readonly logprobs?: { readonly tokens?: unknown; readonly token_logprobs?: unknown; readonly top_logprobs?: unknown } | null;
  readonly prompt_logprobs?: unknown;
}

function choice(reply: Reply): Choice | undefined {
  const choices = (reply.json as { readonly choices?: unknown } | undefined)?.choices;
  return reply.error === undefined && Array.isArray(choices) ? (choices[0] as Choice) : undefined;
}

/** `undefined` where the reply has no such lists. */
function named(reply: Reply): (Score | undefined)[] | undefined {
  const { tokens, token_logprobs: logprobs, top_logprobs: tops } = choice(reply)?.logprobs ?? {};
  if (!Array.isArray(tokens) || !Array.isArray(logprobs)) return undefined;
  return tokens.map((name: unknown, i) => score(idOf(name), logprobs[i], bestOf(Array.isArray(tops) ? tops[i] : undefined)));
}

function byId(given: readonly unknown[], ids: readonly number[]): (Score | undefined)[] {
  return ids.map((id, i) => {
    const entries = given[i] as Readonly<Record<string, { readonly logprob?: unknown; readonly rank?: unknown }>> | null | undefined;
    const best = Object.entries(entries ?? {}).find(([, entry]) => entry.rank === 1)?.[0];
    return score(id, entries?.[String(id)]?.logprob, best === undefined ? undefined : Number(best));
  });
}

function score(id: number | undefined, logprob: unknown, best: number | undefined): Score | undefined {
  if (id === undefined) return undefined;
  return {
    id,
    // A string such as "NaN" is kept as no number, so that it is found out.
    ...(logprob === null || logprob === undefined ? {} : { logprob: typeof logprob === "number" ? logprob : Number.NaN }),
    ...(best === undefined ? {} : { best }),
  };
}

function idOf(name: unknown): number | undefined {
  const digits = /^token_id:(\d+)$/.exec(String(name))?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function bestOf(top: unknown): number | undefined {
  const entries = Object.entries((top ?? {}) as Record<string, number>);
  if (entries.length === 0) return undefined;
  return idOf(entries.reduce((a, b) => (b[1] > a[1] ? b : a))[0]);
}
