export { appendBranch, gitAccess, promoteBranch, type BranchPlace } from "./branch/index.ts";
export { appendHistory, historyKey, promote, readHistory, type HistoryKey, type KeyFacts } from "./history/index.ts";
export { readBaseline, readDirectory, type BaselineRead } from "./read.ts";
export { saveBaseline } from "./save.ts";
