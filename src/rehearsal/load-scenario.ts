import { existsSync, readFileSync } from "node:fs";
import type { Parsed } from "../model/index.ts";
import { modelFolder } from "./model/index.ts";
import { type Dialect, type Scenario, type ScenarioText, completed } from "./scenario.ts";
import { builtInScenarios } from "./scenarios/index.ts";

/** A scenario by name or from a file, complete and fit for the dialect. */
export async function loadScenario(nameOrPath: string, dialect: Dialect): Promise<Parsed<Scenario>> {
  const text = await textOf(nameOrPath);
  if (!text.ok) return text;
  const scenario = completed(text.value);
  if (scenario.dialect !== undefined && scenario.dialect !== dialect) {
    const message = `scenario "${nameOrPath}" is written for ${scenario.dialect}, not for ${dialect}`;
    return { ok: false, problems: [{ path: "--scenario", message, hint: `Use --dialect ${scenario.dialect}, or another scenario` }] };
  }
  if (scenario.answers === "model" && modelFolder() === undefined) {
    const hint = "Run Servegate from a clone of its repository, or write `answers: scripted`";
    return { ok: false, problems: [{ path: "answers", message: "this copy of Servegate has no model to infer with", hint }] };
  }
  return { ok: true, value: scenario };
}

async function textOf(nameOrPath: string): Promise<Parsed<ScenarioText>> {
  const builtIn = Object.hasOwn(builtInScenarios, nameOrPath) ? builtInScenarios[nameOrPath] : undefined;
  if (builtIn !== undefined) return { ok: true, value: builtIn };
  if (!existsSync(nameOrPath)) {
    const hint = `Known by name: ${Object.keys(builtInScenarios).join(", ")}`;
    return { ok: false, problems: [{ path: "--scenario", message: `there is no scenario and no file "${nameOrPath}"`, hint }] };
  }
  // Loaded only when there is a file to check: start-up is timed, and the schema library is the slowest thing to load.
  const { parseScenario } = await import("./parse-scenario.ts");
  return parseScenario(readFileSync(nameOrPath, "utf8"));
}
