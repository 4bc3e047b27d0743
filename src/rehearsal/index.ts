export { loadScenario } from "./load-scenario.ts";
export { parseScenario } from "./parse-scenario.ts";
export type { LatencyLaw, ProcessManners, Rule, Scenario, ScenarioText } from "./scenario.ts";
export { builtInScenarios } from "./scenarios/index.ts";
