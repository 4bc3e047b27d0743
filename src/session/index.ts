export { run, type SessionRequest } from "./run.ts";
