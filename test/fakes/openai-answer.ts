import questions from "../../src/checks/accuracy/arithmetic.json" with { type: "json" };
import type { Script } from "./openai-script.ts";

/** A parsed request body. */
export interface Body {
  readonly model?: string;
  readonly prompt?: unknown;
  readonly messages?: readonly { readonly content?: unknown }[];
  readonly max_tokens?: number;
  readonly stream?: boolean;
  readonly ignore_eos?: boolean;
  readonly logprobs?: unknown;
  /** SGLang's `/generate`. */
  readonly input_ids?: readonly number[];
  readonly sampling_params?: { readonly max_new_tokens?: number; readonly ignore_eos?: boolean };
}

const WORDS =
  "the quick river under a bridge carries seven small boats past old stone houses where people sell bread and talk about weather".split(
    " ",
  );

/** Words of the answer, one a token: solves the built-in questions, otherwise says something harmless. */
export function answer(script: Script, body: Body): string[] {
  const asked = Math.min(body.max_tokens ?? body.sampling_params?.max_new_tokens ?? 16, script.longest);
  const natural = naturalAnswer(script, body);
  if ((body.ignore_eos ?? body.sampling_params?.ignore_eos) !== true) return natural.slice(0, asked);
  return Array.from({ length: asked }, (_, i) => natural[i] ?? filler(script, i));
}

export function promptTokens(body: Body): number {
  if (body.input_ids !== undefined) return body.input_ids.length;
  if (Array.isArray(body.prompt)) return body.prompt.length;
  return Math.round((promptText(body).split(/\s+/).length * 4) / 3);
}

export function promptText(body: Body): string {
  if (typeof body.prompt === "string") return body.prompt;
  return (body.messages ?? []).map(({ content }) => String(content)).join("\n");
}

function naturalAnswer(script: Script, body: Body): string[] {
  if (script.answers === "empty") return [];
  if (script.answers === "nan" || script.answers === "loop") return Array.from({ length: 200 }, (_, i) => filler(script, i));
  const text = promptText(body);
  const known = questions.find(({ question }) => text.includes(question));
  if (known === undefined) return Array.from({ length: 24 }, (_, i) => filler(script, i));
  const right = script.answers === "right" ? known.answer : String(Number(known.answer) + 1);
  return ` Counting both steps gives it. #### ${right}`.split(/(?= )/);
}

function filler({ answers }: Script, index: number): string {
  if (answers === "nan") return "!";
  if (answers === "loop") return " the";
  const word = WORDS[(index * 7 + Math.floor(index / WORDS.length)) % WORDS.length] ?? "";
  return ` ${word}${index % 9 === 8 ? "." : ""}`;
}
