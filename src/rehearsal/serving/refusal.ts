import type { Dialect } from "../scenario.ts";

/** A request that is answered with an error. */
export interface Refusal {
  readonly status: number;
  readonly type: string;
  readonly message: string;
  readonly param?: string;
}

export function badRequest(message: string, param?: string): Refusal {
  return { status: 400, type: "BadRequestError", message, ...(param === undefined ? {} : { param }) };
}

/** The body both engines would send: vLLM nests the error, SGLang does not. */
export function refusalBody(dialect: Dialect, { message, type, param, status }: Refusal): unknown {
  const error = { message, type, param: param ?? null, code: status };
  return dialect === "vllm" ? { error } : { object: "error", ...error };
}
