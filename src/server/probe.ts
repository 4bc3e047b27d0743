import type { Engine } from "../engines/index.ts";
import type { Milliseconds } from "../model/index.ts";
import { call, jsonOf } from "./http.ts";
import type { Answer } from "./http.ts";

/** What one look at the endpoint showed. */
export type Look =
  /** `refusal` when it listens but turned the completion down, in words. */
  | { readonly state: "not-yet"; readonly refusal?: { readonly status: number; readonly text: string } }
  | { readonly state: "ready"; readonly model: string }
  | { readonly state: "wrong-server"; readonly expected: string; readonly found: string };

export interface Probe {
  readonly url: string;
  /** The name the server was told to serve under. */
  readonly name: string;
  readonly servedAs: Engine["servedAs"];
  readonly health: boolean;
  readonly requestTimeoutMs: Milliseconds;
  readonly signal: AbortSignal;
  /** Called when it listens and is asked for a completion. */
  readonly onAsking: () => void;
}

/** SGLang's `/health` makes a token and waits up to 20 s for it. */
const HEALTH_MS = 25_000;
const MODELS_MS = 10_000;

/**
 * Looks at the endpoint each time it is called: the cheap question first, and once that was answered, a real completion of one token.
 * Nothing less proves a server: `/health` is 200 while an engine hangs (vllm#36451), and `/v1/models` while it is dead.
 */
export function prober(probe: Probe): () => Promise<Look> {
  let listening = false;
  return async () => {
    if (!listening) {
      listening = await listens(probe);
      if (!listening) return { state: "not-yet" };
    }
    const ids = await listed(probe);
    if (probe.servedAs === "name-flag" && ids !== undefined && !ids.includes(probe.name)) {
      return { state: "wrong-server", expected: probe.name, found: ids.length === 0 ? "no model" : ids.join(", ") };
    }
    const model = probe.servedAs === "first-listed" ? ids?.[0] : probe.name;
    if (model === undefined) return { state: "not-yet" };
    probe.onAsking();
    return completes(probe, model);
  };
}

async function listens({ url, health, signal }: Probe): Promise<boolean> {
  const answer = await call(`${url}${health ? "/health" : "/v1/models"}`, { timeoutMs: health ? HEALTH_MS : MODELS_MS, signal });
  if (answer.status === undefined) return false;
  // `transformers serve` answers 500 for its list of models when the hub's cache folder is missing, and serves all the same.
  return !health || answer.status === 200 || answer.status === 404 || answer.status === 405;
}

/** Names in `/v1/models`; undefined when it did not say. */
async function listed({ url, signal }: Probe): Promise<string[] | undefined> {
  const models = jsonOf(await call(`${url}/v1/models`, { timeoutMs: MODELS_MS, signal })) as { data?: unknown } | undefined;
  if (!Array.isArray(models?.data)) return undefined;
  return models.data.flatMap((model: { id?: unknown } | null) => (typeof model?.id === "string" ? [model.id] : []));
}

async function completes({ url, requestTimeoutMs, signal }: Probe, model: string): Promise<Look> {
  const common = { model, max_tokens: 1, temperature: 0 };
  const ask = (path: string, body: unknown): Promise<Answer> => call(`${url}${path}`, { timeoutMs: requestTimeoutMs, signal, body });
  let answer = await ask("/v1/completions", { ...common, prompt: "One plus one is" });
  if (answer.status === 404 || answer.status === 405) {
    answer = await ask("/v1/chat/completions", { ...common, messages: [{ role: "user", content: "One plus one is" }] });
  }
  if (answer.status === undefined) return { state: "not-yet" };
  const completion = jsonOf(answer) as { choices?: unknown } | undefined;
  if (Array.isArray(completion?.choices) && completion.choices.length > 0) return { state: "ready", model };
  return { state: "not-yet", refusal: { status: answer.status, text: answer.body.slice(0, 300).trim() } };
}
