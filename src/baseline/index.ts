export { readBaseline } from "./read.ts";
export { saveBaseline } from "./save.ts";
