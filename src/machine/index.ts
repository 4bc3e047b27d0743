export { doctor } from "./doctor.ts";
export { engineHelp } from "./engine-help.ts";
export { engineVersion } from "./engine-version.ts";
export { machineFacts } from "./facts.ts";
export { gpuDesk } from "./gpu-desk.ts";
export type { Cleared, GpuDesk } from "./gpu-desk.ts";
export type { Baseline } from "./preflight.ts";
export type { DoctorRow } from "./row.ts";
export type { GpuWatch } from "./telemetry.ts";
