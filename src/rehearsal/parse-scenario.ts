import { LineCounter, type Node, isMap, isNode, isScalar, parseDocument } from "yaml";
import { z } from "zod";
import type { Parsed, Problem } from "../model/index.ts";
import { DEATH_IDS } from "./deaths/ids.ts";
import { NUMERIC_FAULTS } from "./model/index.ts";
import { DIALECTS, GARBAGE, SCRIPTED_PHASES, SETTING_NAMES, type ScenarioText, type ScriptedPhase } from "./scenario.ts";
import { isVersion } from "./versions.ts";

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const phase = z.enum(SCRIPTED_PHASES as readonly ScriptedPhase[] as readonly [ScriptedPhase, ...ScriptedPhase[]]);
const positive = z.number().positive();
const portion = z.number().min(0).max(1);

const rule = z.strictObject({
  when: z.partialRecord(z.enum(SETTING_NAMES), z.union([scalar, z.array(scalar).min(1)])).optional(),
  at: z.union([phase, z.int().min(1)], { error: `must be a phase (${SCRIPTED_PHASES.join(", ")}) or the number of a request` }).optional(),
  die: z.enum(DEATH_IDS).optional(),
  hang: z.literal(true).optional(),
  slow: positive.optional(),
  "wrong-answers": portion.optional(),
  garbage: z.enum(GARBAGE).optional(),
  "logprobs-error": z.literal(true).optional(),
  numeric: z.enum(NUMERIC_FAULTS).optional(),
  drop: portion.optional(),
  print: z.string().optional(),
});

/** Misbehaviours; a rule without any is a mistake. */
const ACTIONS = ["die", "hang", "slow", "wrong-answers", "garbage", "logprobs-error", "numeric", "drop", "print"] as const;

const scenario = z
  .strictObject({
    dialect: z.enum(DIALECTS).optional(),
    version: z.string().refine(isVersion, "must be a version such as 0.5.4.post1, in quotes").optional(),
    phases: z.partialRecord(phase, z.number().min(0)).optional(),
    speed: positive.optional(),
    law: z
      .strictObject({
        "first-token-ms": z.number().min(0),
        "prompt-token-ms": z.number().min(0),
        "token-ms": z.number().min(0),
        "load-share": z.number().min(0),
        "jitter-share": portion,
        seed: z.int(),
      })
      .partial()
      .optional(),
    process: z
      .strictObject({ "ignore-sigterm": z.boolean(), "orphan-worker": z.boolean(), "worker-death-kills-engine": z.boolean() })
      .partial()
      .optional(),
    "cutlass-fallback": z.enum(["by-version", "on", "off"]).optional(),
    answers: z.enum(["scripted", "model"]).optional(),
    rules: z
      .array(
        rule.refine((each) => ACTIONS.some((action) => each[action] !== undefined), `does nothing; give one of: ${ACTIONS.join(", ")}`),
      )
      .optional(),
  })
  .refine(({ answers, rules = [] }) => answers === "model" || rules.every((each) => each.numeric === undefined), {
    path: ["answers"],
    error: "must be model where a rule has a numeric fault",
  });

/** Read a scenario file, or say everything that is wrong with it, each with its place. */
export function parseScenario(text: string): Parsed<ScenarioText> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const at = (offset: number): { line: number; column: number } => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  if (document.errors.length > 0) {
    const problems = document.errors.map((error): Problem => ({
      path: "",
      message: (error.message.split("\n")[0] ?? "").replace(/ at line .*$/, ""),
      ...at(error.pos[0]),
    }));
    return { ok: false, problems };
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    return { ok: false, problems: [{ path: "", message: (error as Error).message }] };
  }
  const result = scenario.safeParse(value ?? {});
  if (result.success) return { ok: true, value: result.data as ScenarioText };
  const problems = result.error.issues.flatMap((issue): Problem[] => {
    if (issue.code !== "unrecognized_keys")
      return [{ path: pathText(issue.path), message: issue.message, ...placeOf(document.contents, issue.path, at) }];
    return issue.keys.map((key) => ({
      path: pathText([...issue.path, key]),
      message: `unknown key "${key}"`,
      ...placeOf(document.contents, [...issue.path, key], at),
    }));
  });
  return { ok: false, problems };
}

function pathText(path: readonly PropertyKey[]): string {
  return path.map((part, index) => (typeof part === "number" ? `[${part}]` : `${index === 0 ? "" : "."}${String(part)}`)).join("");
}

/** Where a path's last key stands in the file; the nearest parent's place when the key is missing. */
function placeOf(
  root: unknown,
  path: readonly PropertyKey[],
  at: (offset: number) => { line: number; column: number },
): { line: number; column: number } | Record<string, never> {
  let node = root;
  let offset = isNode(root) ? root.range?.[0] : undefined;
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => (isScalar(key) ? key.value : key) === part);
      if (pair === undefined) break;
      offset = (pair.key as Node).range?.[0] ?? offset;
      node = pair.value;
    } else {
      node = (node as { get?: (key: unknown, keepScalar: true) => unknown } | undefined)?.get?.(part, true);
      offset = (isNode(node) ? node.range?.[0] : undefined) ?? offset;
    }
  }
  return offset === undefined ? {} : at(offset);
}
