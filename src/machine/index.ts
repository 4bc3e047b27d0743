export { doctor } from "./doctor.ts";
export { engineVersion } from "./engine-version.ts";
export { machineFacts } from "./facts.ts";
export type { DoctorRow } from "./row.ts";
