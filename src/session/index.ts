export { run, type SessionRequest } from "./run.ts";
export type { BaseSide } from "./walk.ts";
