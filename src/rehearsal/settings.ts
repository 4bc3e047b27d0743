import type { Dialect, SettingName } from "./scenario.ts";

/** What the server would really run with, after its own defaults and fallbacks, on an assumed machine of eight B200. */
export interface Settings {
  readonly dialect: Dialect;
  readonly version: string;
  readonly model: string;
  readonly servedName: string;
  readonly host: string;
  readonly port: number;
  readonly seed: number;
  /** By the names that rules use; switches are `on` and `off`. */
  readonly effective: Readonly<Record<SettingName, string | number>>;
  /** vLLM's dispatch order, for example `CUSTOM, SYMM_MEM, PYNCCL`; empty with one GPU. */
  readonly allReduceBackends: readonly string[];
  /** Hugging Face architecture name guessed from the model's name. */
  readonly architecture: string;
  /** Printed before the configuration line: deprecations, unknown environment variables. */
  readonly warnings: readonly string[];
  /** Set when the attention kernel was exchanged for a safer one; the line that says so, where this version prints one. */
  readonly fallbackWarning?: string;
  /** The engine's own view, as `/server_info` shows it. */
  readonly resolved: Readonly<Record<string, unknown>>;
  /** `/metrics` exists. */
  readonly metrics: boolean;
  /** `/server_info` exists. */
  readonly serverInfo: boolean;
}

/** `true`/`false` as switches are spelt in settings. */
export function onOff(value: boolean): "on" | "off" {
  return value ? "on" : "off";
}

/** Models of the DeepSeek-V3 family, Kimi K2 among them, use latent attention. */
export function architectureOf(model: string): string {
  return /deepseek|kimi/i.test(model) ? "DeepseekV3ForCausalLM" : "LlamaForCausalLM";
}
