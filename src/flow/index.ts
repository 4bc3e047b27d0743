export { systemClock } from "./clock.ts";
export { conclude, writeReports, type Conclusion } from "./conclude.ts";
export { execute, type ExecuteRequest } from "./execute.ts";
export { baseDirOf, DEFAULT_CONFIG, prepare, prepareText, type Prepared, type PrepareRequest } from "./prepare.ts";
export { secretsOf } from "./secrets.ts";
export { HARNESS_VERSION } from "./version.ts";
export { retire } from "./retire.ts";
export { site } from "./site.ts";
