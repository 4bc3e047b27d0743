import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Tokenizer } from "./tokenizer.ts";
import { readWeights, type Weights } from "./weights.ts";

/** Seen from the bundle in `dist/` and from this file. */
const PLACES = ["../test/tiny-llama/model", "../../../test/tiny-llama/model"];

/** The folder of the tiny Llama, or `undefined` where this copy of Servegate has none. */
export function modelFolder(): string | undefined {
  return PLACES.map((place) => join(import.meta.dirname, place)).find((folder) => existsSync(join(folder, "model.safetensors")));
}

export function loadTokenizer(folder: string): Tokenizer {
  return new Tokenizer(JSON.parse(readFileSync(join(folder, "tokenizer.json"), "utf8")));
}

export function loadWeights(folder: string): Weights {
  return readWeights(readFileSync(join(folder, "model.safetensors")));
}
