import { engineFor } from "../../engines/index.ts";
import type { Endpoint } from "../../model/index.ts";
import { vocabularyOf } from "../../server/index.ts";
import type { BenchOptions } from "./plan.ts";
import { err, refuse } from "../print.ts";
import type { World } from "../world.ts";

/** What a bench talks to; a Problem is printed where the model's name cannot be found out. */
export async function endpointOf(options: BenchOptions, at: World): Promise<Endpoint | undefined> {
  const url = options.url.replace(/\/+$/, "");
  const { dialect } = engineFor(options.engine);
  const model = options.model ?? (await listedModel(url, at.signal));
  if (model !== undefined) {
    const [from, to] = options.vocabulary ?? vocabularyOf(model) ?? [];
    const vocabulary = from === undefined || to === undefined ? {} : { vocabulary: [from, to] as const };
    return { url, model, dialect, requestTimeoutMs: options.timeout * 1_000, ...vocabulary };
  }
  refuse([
    { path: "--url", message: `${url}/v1/models names no model`, hint: "Check the address, or name the served model with --model." },
  ]);
  return undefined;
}

/** vLLM's and SGLang's ways to empty the prefix cache; says so when neither works, because the numbers then include hits. */
export async function emptyCaches({ url }: Endpoint, at: World): Promise<void> {
  for (const path of ["/reset_prefix_cache", "/flush_cache"]) {
    const signal = AbortSignal.any([at.signal, AbortSignal.timeout(10_000)]);
    const answer = await fetch(`${url}${path}`, { method: "POST", signal }).catch(() => undefined);
    await answer?.text();
    if (answer?.ok === true) return;
  }
  err("The prefix cache was not emptied: the server offers neither /reset_prefix_cache (vLLM: VLLM_SERVER_DEV_MODE=1) nor /flush_cache.");
}

async function listedModel(url: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const answer = await fetch(`${url}/v1/models`, { signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]) });
    const listed = (await answer.json()) as { data?: { id?: string }[] };
    return listed.data?.[0]?.id;
  } catch {
    return undefined;
  }
}
