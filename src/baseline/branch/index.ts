export { gitAccess } from "./access.ts";
export { appendBranch, promoteBranch, readBranch } from "./history.ts";
export type { BranchPlace } from "./git.ts";
