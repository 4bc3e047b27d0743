export { fold } from "./fold.ts";
export { openRunFolder, saveRecord, type RunFolder } from "./folder.ts";
export { recordJsonSchema } from "./json-schema.ts";
export { merge } from "./merge.ts";
export { parseRecord } from "./parse.ts";
export { readRecord } from "./read.ts";
export { StorageError } from "./save.ts";
