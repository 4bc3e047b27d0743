export { parseGate } from "./gate/index.ts";
export { configJsonSchema } from "./json-schema.ts";
export { notes } from "./notes.ts";
export { parseConfig } from "./parse.ts";
