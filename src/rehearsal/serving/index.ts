export { newCounters } from "./counters.ts";
export { Pulse } from "./pulse.ts";
export { httpServer } from "./server.ts";
export type { Service } from "./service.ts";
