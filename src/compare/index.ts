export { compare, type Base } from "./compare.ts";
export { windowOf } from "./window.ts";
