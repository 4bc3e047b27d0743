import { isAtLeast } from "../versions.ts";

/** What follows the program. Apart from it, because the rehearsal server is given the very same. */
export function sglangArguments(args: readonly string[], host = "127.0.0.1"): string[] {
  return ["--model-path", "{model}", "--host", host, "--port", "{port}", "--served-model-name", "{name}", ...args];
}

/**
 * `sglang serve` is recommended from 0.5.10 on; the module works in every version, with a warning in newer ones, so it is what
 * an unknown version gets.
 */
export function sglangProgram(version: string | undefined): string[] {
  return version !== undefined && isAtLeast(version, "0.5.10") ? ["sglang", "serve"] : ["python3", "-m", "sglang.launch_server"];
}

/** `/server_info` came with 0.5.6; before, the same was found under its older name. */
export function sglangServerInfo(version: string | undefined): string {
  return version === undefined || isAtLeast(version, "0.5.6") ? "/server_info" : "/get_server_info";
}
