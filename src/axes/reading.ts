import type { Proof } from "./axis.ts";

/** One reading of a proof: lines that match show that the engine resolved to `resolved`, in which `$1` is the first group. */
export function reading(pattern: RegExp, resolved: string): Proof["readings"][number] {
  return { pattern: pattern.source, resolved };
}

/** A field of vLLM's engine configuration, in the line that prints it whole. `field` and `value` are sources of patterns. */
export function vllmField(field: string, value: string, resolved: string): Proof["readings"][number] {
  return { pattern: `Initializing a V\\d LLM engine .*\\b${field}=${value}(?=[,)\\s]|$)`, resolved };
}

/** An argument as vLLM repeats it, in Python's notation, when it is not the default. */
export function vllmArgument(name: string, value: string, resolved: string): Proof["readings"][number] {
  return { pattern: `non-default args: .*'${name}': '?${value}'?(?=[,}])`, resolved };
}

/** A field of SGLang's resolved arguments: in `/server_info`, and in the start-up line that repeats them. */
export function sglangField(field: string, value: string, resolved: string): Proof["readings"] {
  return [
    { pattern: `"${field}":"?${value}"?(?=[,}])`, resolved },
    { pattern: `server_args=ServerArgs\\(.*\\b${field}='?${value}'?(?=[,)])`, resolved },
  ];
}
