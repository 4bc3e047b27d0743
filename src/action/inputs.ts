import { getInput, getMultilineInput, setSecret } from "@actions/core";
import type { Parsed, Problem } from "../model/index.ts";
import { unknownInputs } from "./input-names.ts";

/** The action's inputs, checked; names are those of `action.yml`. */
export interface Inputs {
  readonly config: string;
  readonly mode: "run" | "plan" | "report";
  readonly cell: readonly string[];
  readonly records: readonly string[];
  readonly baseline: string | undefined;
  readonly out: string;
  readonly "fail-on": "any" | "broken" | "never";
  readonly "on-infra": "fail" | "neutral";
  readonly "on-inconclusive": "fail" | "neutral";
  readonly "comment-mode": "sticky" | "new" | "off";
  readonly name: string;
  /** Head commit that someone with write permission approved, for a fork's code on a self-hosted runner. */
  readonly "trusted-sha": string;
  readonly "allow-untrusted-code": boolean;
  readonly "github-token": string;
  readonly "hf-token": string;
}

/** Reads every input, or tells every wrong one at once. Tokens are masked in the job log from here on. */
export function readInputs(): Parsed<Inputs> {
  const problems: Problem[] = unknownInputs(process.env);
  const choice = <T extends string>(name: string, choices: readonly [T, ...T[]]): T => {
    const found = getInput(name) || choices[0];
    const chosen = choices.find((value) => value === found);
    if (chosen === undefined)
      problems.push({ path: `input ${name}`, message: `"${found}" is not a choice`, hint: `Write one of ${choices.join(", ")}.` });
    return chosen ?? choices[0];
  };
  const token = (name: string): string => {
    const value = getInput(name);
    if (value !== "") setSecret(value);
    return value;
  };
  const inputs: Inputs = {
    config: getInput("config") || ".github/servegate.yml",
    mode: choice("mode", ["run", "plan", "report"]),
    cell: getMultilineInput("cell"),
    records: getMultilineInput("records"),
    baseline: getInput("baseline") || undefined,
    out: getInput("out") || "servegate-out",
    "fail-on": choice("fail-on", ["any", "broken", "never"]),
    "on-infra": choice("on-infra", ["fail", "neutral"]),
    "on-inconclusive": choice("on-inconclusive", ["fail", "neutral"]),
    "comment-mode": choice("comment-mode", ["sticky", "new", "off"]),
    name: getInput("name") || "Servegate",
    "trusted-sha": getInput("trusted-sha").toLowerCase(),
    "allow-untrusted-code": choice("allow-untrusted-code", ["false", "true"]) === "true",
    "github-token": token("github-token"),
    "hf-token": token("hf-token"),
  };
  if (inputs.mode === "report" && inputs.records.length === 0) {
    problems.push({
      path: "input records",
      message: "mode report was asked for without any record",
      hint: "Write one path per line, each a record.json or the folder of a run.",
    });
  }
  return problems.length === 0 ? { ok: true, value: inputs } : { ok: false, problems };
}
