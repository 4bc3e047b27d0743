import type { ScenarioText } from "../scenario.ts";

/** Starts, serves, answers correctly and stops. */
export const healthy: ScenarioText = {};
