import type { AccuracyConfig, Endpoint } from "../../model/index.ts";
import { API_PATH } from "../../load/index.ts";

/**
 * The command line of lm-evaluation-harness 0.4 against this endpoint, with results per question in `out`. Without a tokenizer it cannot
 * score given answers, so tasks that need it are asked with a `command` of one's own.
 */
export function lmEvalArgv(
  { command, args }: { readonly command: readonly string[]; readonly args: readonly string[] },
  { dataset, questions, concurrency, maxTokens, endpoint: api }: Omit<AccuracyConfig, "asks">,
  endpoint: Endpoint,
  out: string,
): string[] {
  const model = [
    `model=${endpoint.model}`,
    `base_url=${endpoint.url}${API_PATH[api]}`,
    `num_concurrent=${concurrency}`,
    "max_retries=1",
    "tokenizer_backend=None",
    "tokenized_requests=False",
    `max_gen_toks=${maxTokens}`,
  ];
  const chat = api === "chat" ? ["--apply_chat_template"] : [];
  return [
    ...command,
    "--model",
    api === "chat" ? "local-chat-completions" : "local-completions",
    "--model_args",
    model.join(","),
    "--tasks",
    dataset,
    "--limit",
    String(questions),
    "--output_path",
    out,
    "--log_samples",
    ...chat,
    ...args,
  ];
}
