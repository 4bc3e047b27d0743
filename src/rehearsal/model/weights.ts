import { readSafetensors, type Tensor } from "./safetensors.ts";

/** Sizes of the tiny Llama that its weights do not tell. */
export const HEAD_DIM = 64;
const ROPE_BASE = 10_000;
export const MAX_POSITIONS = 2048;

export interface Layer {
  readonly inputNorm: Float32Array;
  readonly query: Float32Array;
  readonly key: Float32Array;
  readonly value: Float32Array;
  readonly output: Float32Array;
  readonly postNorm: Float32Array;
  readonly gate: Float32Array;
  readonly up: Float32Array;
  readonly down: Float32Array;
}

export interface Weights {
  readonly hidden: number;
  readonly inner: number;
  readonly vocabulary: number;
  /** `vocabulary × hidden`; also the head. */
  readonly embedding: Float32Array;
  readonly layers: readonly Layer[];
  readonly norm: Float32Array;
  /** `MAX_POSITIONS × HEAD_DIM / 2` each. */
  readonly cos: Float32Array;
  readonly sin: Float32Array;
}

/** The weights of the tiny Llama from the bytes of its `model.safetensors`. */
export function readWeights(bytes: Uint8Array): Weights {
  const tensors = readSafetensors(bytes);
  const tensor = (name: string): Tensor => {
    const found = tensors.get(`model.${name}`);
    if (found === undefined) throw new Error(`the weights have no model.${name}`);
    return found;
  };
  const of = (name: string): Float32Array => tensor(`${name}.weight`).values;
  const layers: Layer[] = [];
  for (let i = 0; tensors.has(`model.layers.${i}.input_layernorm.weight`); i += 1) {
    const at = `layers.${i}`;
    layers.push({
      inputNorm: of(`${at}.input_layernorm`),
      query: of(`${at}.self_attn.q_proj`),
      key: of(`${at}.self_attn.k_proj`),
      value: of(`${at}.self_attn.v_proj`),
      output: of(`${at}.self_attn.o_proj`),
      postNorm: of(`${at}.post_attention_layernorm`),
      gate: of(`${at}.mlp.gate_proj`),
      up: of(`${at}.mlp.up_proj`),
      down: of(`${at}.mlp.down_proj`),
    });
  }
  const [vocabulary = 0, hidden = 0] = tensor("embed_tokens.weight").shape;
  const [inner = 0] = tensor("layers.0.mlp.gate_proj.weight").shape;
  return { hidden, inner, vocabulary, embedding: of("embed_tokens"), layers, norm: of("norm"), ...angles() };
}

function angles(): { cos: Float32Array; sin: Float32Array } {
  const half = HEAD_DIM / 2;
  const cos = new Float32Array(MAX_POSITIONS * half);
  const sin = new Float32Array(MAX_POSITIONS * half);
  for (let position = 0; position < MAX_POSITIONS; position += 1) {
    for (let i = 0; i < half; i += 1) {
      const angle = position * ROPE_BASE ** (-i / half);
      cos[position * half + i] = Math.cos(angle);
      sin[position * half + i] = Math.sin(angle);
    }
  }
  return { cos, sin };
}
