export { exitCode } from "./exit-code.ts";
export { judge } from "./judge.ts";
