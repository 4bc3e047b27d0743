import { histogramText } from "./counters.ts";
import type { Service } from "./service.ts";

/** `/metrics` in Prometheus' text form, under the names of the engine. */
export function metricsText(service: Service): string {
  const { settings, counters, engine } = service;
  const { running, waiting } = engine.load();
  const name = settings.servedName;
  if (settings.dialect === "vllm") {
    const labels = `engine="0",model_name="${name}"`;
    return text([
      ...single("vllm:num_requests_running", "gauge", labels, running),
      ...single("vllm:num_requests_waiting", "gauge", labels, waiting),
      ...single("vllm:kv_cache_usage_perc", "gauge", labels, running / 1000),
      ...single("vllm:prefix_cache_queries_total", "counter", labels, counters.promptTokens),
      ...single("vllm:prefix_cache_hits_total", "counter", labels, 0),
      ...single("vllm:num_preemptions_total", "counter", labels, 0),
      ...single("vllm:prompt_tokens_total", "counter", labels, counters.promptTokens),
      ...single("vllm:generation_tokens_total", "counter", labels, counters.generatedTokens),
      "# TYPE vllm:request_success_total counter",
      ...Object.entries(counters.finished).map(
        ([reason, count]) => `vllm:request_success_total{${labels},finished_reason="${reason}"} ${count}.0`,
      ),
      ...histogramText("vllm:time_to_first_token_seconds", labels, counters.firstToken),
      ...histogramText("vllm:request_time_per_output_token_seconds", labels, counters.perToken),
      ...histogramText("vllm:e2e_request_latency_seconds", labels, counters.endToEnd),
    ]);
  }
  const labels = `engine_type="unified",model_name="${name}",tp_rank="0"`;
  return text([
    ...single("sglang:num_running_reqs", "gauge", labels, running),
    ...single("sglang:num_queue_reqs", "gauge", labels, waiting),
    ...single("sglang:token_usage", "gauge", labels, running / 1000),
    ...single("sglang:cache_hit_rate", "gauge", labels, 0),
    ...single("sglang:prompt_tokens_total", "counter", labels, counters.promptTokens),
    ...single("sglang:generation_tokens_total", "counter", labels, counters.generatedTokens),
    ...single("sglang:num_requests_total", "counter", labels, counters.finished.stop + counters.finished.length),
    ...single("sglang:num_aborted_requests_total", "counter", labels, counters.finished.abort),
    ...histogramText("sglang:time_to_first_token_seconds", labels, counters.firstToken),
    ...histogramText("sglang:inter_token_latency_seconds", labels, counters.perToken),
    ...histogramText("sglang:e2e_request_latency_seconds", labels, counters.endToEnd),
  ]);
}

function single(name: string, type: "gauge" | "counter", labels: string, value: number): string[] {
  return [`# TYPE ${name} ${type}`, `${name}{${labels}} ${Number.isInteger(value) ? `${value}.0` : value}`];
}

function text(lines: readonly string[]): string {
  return `${lines.join("\n")}\n`;
}
