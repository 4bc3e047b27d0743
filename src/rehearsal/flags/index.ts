export { argparse, type ArgparseResult } from "./argparse.ts";
export type { ParsedFlags } from "./flag.ts";
export { programs } from "./programs.ts";
