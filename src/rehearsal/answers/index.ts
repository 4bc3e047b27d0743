export { type Answer, type Limits, answer } from "./answer.ts";
export { pieces, tokenId } from "./tokens.ts";
