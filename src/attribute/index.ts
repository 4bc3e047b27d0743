export { attribute } from "./attribute.ts";
export { untried } from "./bisect.ts";
export { effects } from "./effects.ts";
export { interactions } from "./interactions.ts";
