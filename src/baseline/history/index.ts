export { historyKey, keyFolder, type HistoryKey, type KeyFacts } from "./key.ts";
export { appendHistory, promote, readHistory, unkeepable, type HistoryRead } from "./store.ts";
