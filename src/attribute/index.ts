export { attribute } from "./attribute.ts";
export { effects } from "./effects.ts";
export { interactions } from "./interactions.ts";
