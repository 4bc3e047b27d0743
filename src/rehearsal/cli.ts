import { parseArgs } from "node:util";
import type { Parsed, Problem } from "../model/index.ts";
import { DIALECTS, type Dialect } from "./scenario.ts";
import { builtInScenarios } from "./scenarios/index.ts";
import { isVersion } from "./versions.ts";

/** The rehearsal server's own arguments; the engine's follow `--`. */
export interface Invocation {
  readonly dialect: Dialect;
  /** A built-in name or a path. */
  readonly scenario: string;
  readonly version: string | undefined;
  readonly engineArgs: readonly string[];
}

export const USAGE = `usage: rehearsal --dialect vllm|sglang [--scenario NAME|FILE] [--engine-version VERSION] -- ENGINE ARGUMENTS

Plays an inference server without a GPU: same flags, log lines, endpoints and process tree; failures as scripted.
Scenarios: ${Object.keys(builtInScenarios).join(", ")}, or a YAML file.
`;

/** Read the command line, or every Problem with it. */
export function readInvocation(argv: readonly string[]): Parsed<Invocation> {
  const split = argv.indexOf("--");
  const own = split < 0 ? argv : argv.slice(0, split);
  const options = { dialect: { type: "string" }, scenario: { type: "string" }, "engine-version": { type: "string" } } as const;
  let values: { dialect?: string; scenario?: string; "engine-version"?: string };
  try {
    ({ values } = parseArgs({ args: [...own], options }));
  } catch (error) {
    return { ok: false, problems: [{ path: "command line", message: (error as Error).message, hint: USAGE }] };
  }
  const problems: Problem[] = [];
  const dialect = DIALECTS.find((each) => each === values.dialect);
  if (dialect === undefined) {
    problems.push({ path: "--dialect", message: `"${values.dialect ?? ""}" is no dialect`, hint: `Write one of: ${DIALECTS.join(", ")}` });
  }
  const version = values["engine-version"];
  if (version !== undefined && !isVersion(version)) {
    problems.push({
      path: "--engine-version",
      message: `"${version}" is no version`,
      hint: "Write it as the engine's release does: 0.5.4.post1",
    });
  }
  if (dialect === undefined || problems.length > 0) return { ok: false, problems };
  return {
    ok: true,
    value: { dialect, scenario: values.scenario ?? "healthy", version, engineArgs: split < 0 ? [] : argv.slice(split + 1) },
  };
}
