export { diagnose, startDiagnosis, type Diagnosing, type LogScene } from "./diagnose.ts";
export { fingerprint } from "./fingerprint.ts";
export { normalise, type Message } from "./normalise.ts";
export { propose, type Proposal } from "./propose.ts";
export { splitLines } from "./lines.ts";
export { SPECIFICITY, type Clue, type Signature } from "./signature.ts";
export { signatures } from "./signatures/index.ts";
export { watch, type Watch } from "./watch.ts";
