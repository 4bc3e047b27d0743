export { appendHistory, historyKey, promote, readHistory, type HistoryKey, type KeyFacts } from "./history/index.ts";
export { readBaseline, readDirectory, type BaselineRead } from "./read.ts";
export { saveBaseline } from "./save.ts";
