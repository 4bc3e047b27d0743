import { z } from "zod";

/** What a question about tools carries. */
export interface ToolQuestion {
  /** Definitions in OpenAI's form: `{type: "function", function: {name, parameters}}`. */
  readonly tools?: readonly Readonly<Record<string, unknown>>[];
  /** The one that must be called; any of them where absent. */
  readonly tool?: string;
}

/** A call as the server wrote it; `arguments` is JSON text. */
export interface ToolCall {
  readonly name: string;
  readonly arguments: string;
}

interface Definition {
  readonly name: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** Why the definitions cannot be used, or `undefined`. */
export function toolsFlaw({ tools = [], tool }: ToolQuestion): string | undefined {
  const known = definitions(tools);
  if (known.length === 0 || known.length < tools.length)
    return 'tools must each read {"type": "function", "function": {"name", "parameters"}}';
  if (tool !== undefined && !known.some(({ name }) => name === tool)) return `tool "${tool}" is none of its tools`;
  for (const { name, parameters } of known) {
    try {
      z.fromJSONSchema(parameters);
    } catch (error) {
      return `the parameters of ${name} cannot be used: ${(error as Error).message}`;
    }
  }
  return undefined;
}

/** Why the first call is not a valid one of the right tool, or `undefined` where it is. */
export function callFlaw({ tools = [], tool }: ToolQuestion, calls: readonly ToolCall[]): string | undefined {
  const [call] = calls;
  if (call === undefined) return "no tool was called";
  const known = definitions(tools).find(({ name }) => name === call.name);
  if (known === undefined) return `there is no tool ${call.name}`;
  if (tool !== undefined && call.name !== tool) return `${call.name} was called where ${tool} belongs`;
  let given: unknown;
  try {
    given = JSON.parse(call.arguments);
  } catch {
    return "its arguments are no JSON";
  }
  return z.fromJSONSchema(known.parameters).safeParse(given).success ? undefined : "its arguments do not meet the parameters";
}

/** The calls of the first choice of a chat completion. */
export function callsIn(json: unknown): readonly ToolCall[] {
  const message = (json as { readonly choices?: readonly { readonly message?: { readonly tool_calls?: unknown } }[] } | undefined)
    ?.choices?.[0]?.message;
  const calls: readonly unknown[] = Array.isArray(message?.tool_calls) ? message.tool_calls : [];
  return calls.flatMap((each) => {
    const { name, arguments: given } =
      (each as { readonly function?: { readonly name?: unknown; readonly arguments?: unknown } }).function ?? {};
    return typeof name === "string" && typeof given === "string" ? [{ name, arguments: given }] : [];
  });
}

function definitions(tools: readonly Readonly<Record<string, unknown>>[]): Definition[] {
  return tools.flatMap((each) => {
    const { name, parameters } = (each["function"] ?? {}) as { name?: unknown; parameters?: unknown };
    if (typeof name !== "string" || (parameters !== undefined && (typeof parameters !== "object" || parameters === null))) return [];
    return [{ name, parameters: (parameters ?? { type: "object" }) as Readonly<Record<string, unknown>> }];
  });
}
