/** What follows `vllm serve`. Apart from the program, because the rehearsal server is given the very same. */
export function vllmArguments(args: readonly string[], host = "127.0.0.1"): string[] {
  return ["{model}", "--host", host, "--port", "{port}", "--served-model-name", "{name}", ...args];
}

/** `/server_info` and `/reset_prefix_cache` are routed only in developer mode. */
export const vllmEnvironment: Readonly<Record<string, string>> = { VLLM_SERVER_DEV_MODE: "1" };
