export { fold } from "./fold.ts";
export { openRunFolder, saveRecord, type RunFolder } from "./folder.ts";
export { diagnosisJsonSchema, recordJsonSchema } from "./json-schema.ts";
export { merge } from "./merge.ts";
export { LARGEST_RECORD_BYTES, parseRecord } from "./parse.ts";
export { readRecord } from "./read.ts";
export { saveText, StorageError } from "./save.ts";
