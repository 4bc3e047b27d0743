import { deaths } from "./deaths/index.ts";
import type { NumericFault } from "./model/index.ts";
import type { Rule, Scenario, ScriptedPhase, Wanted } from "./scenario.ts";
import type { Settings } from "./settings.ts";

/** What a scenario does to one launch, once its settings are known. */
export interface Script {
  /** The first rule that strikes in this phase of start-up, if any. */
  readonly crisis: (phase: ScriptedPhase) => Rule | undefined;
  /** Lines to print when the phase opens. */
  readonly prints: (phase: ScriptedPhase) => readonly string[];
  /** What befalls a request, by its 1-based number. */
  readonly onRequest: (number: number) => Mischief;
  /** Faults of the model's arithmetic. */
  readonly numeric: readonly NumericFault[];
}

/** The sum of the rules that hold for one request. */
export interface Mischief {
  readonly strike: Rule | undefined;
  readonly slow: number;
  readonly wrongAnswers: number;
  readonly drop: number;
  readonly garbage: Rule["garbage"];
  readonly logprobsError: boolean;
}

/** Keep the rules whose conditions the effective settings meet. */
export function script(scenario: Scenario, settings: Settings): Script {
  const rules = scenario.rules.filter((rule) => applies(rule, settings)).map((rule) => ({ rule, at: whenDue(rule, settings) }));
  return {
    numeric: rules.flatMap(({ rule }) => rule.numeric ?? []),
    crisis: (phase) => rules.find(({ rule, at }) => at === phase && strikes(rule))?.rule,
    prints: (phase) => rules.flatMap(({ rule, at }) => (at === phase && rule.print !== undefined ? [rule.print] : [])),
    onRequest: (number) => {
      const due = rules.filter(({ at }) => typeof at === "number" && number >= at).map(({ rule }) => rule);
      return {
        strike: due.find(strikes),
        slow: due.reduce((product, rule) => product * (rule.slow ?? 1), 1),
        wrongAnswers: Math.max(0, ...due.map((rule) => rule["wrong-answers"] ?? 0)),
        drop: Math.max(0, ...due.map((rule) => rule.drop ?? 0)),
        garbage: due.find((rule) => rule.garbage !== undefined)?.garbage,
        logprobsError: due.some((rule) => rule["logprobs-error"] === true),
      };
    },
  };
}

function strikes(rule: Rule): boolean {
  return rule.die !== undefined || rule.hang === true;
}

function whenDue(rule: Rule, settings: Settings): ScriptedPhase | number {
  if (rule.at !== undefined) return rule.at;
  if (rule.die !== undefined) return deaths[rule.die].at(settings);
  if (rule.hang === true || rule.print !== undefined) return "graphs";
  return 1;
}

function applies(rule: Rule, settings: Settings): boolean {
  return Object.entries(rule.when ?? {}).every(([name, wanted]) =>
    matches(settings.effective[name as keyof Settings["effective"]], wanted),
  );
}

/** Whether a setting's value is the one wanted: equal, one of several, or beyond a bound such as `>=16384`. */
export function matches(value: string | number, wanted: Wanted): boolean {
  if (typeof wanted === "object") return wanted.some((each) => matches(value, each));
  if (typeof wanted === "boolean") return value === (wanted ? "on" : "off");
  const bound = typeof wanted === "string" ? /^(<=|>=|<|>)\s*(-?\d+(?:\.\d+)?)$/.exec(wanted) : null;
  if (bound === null) return String(value) === String(wanted);
  const [, operator, text] = bound;
  const difference = Number(value) - Number(text);
  if (operator === "<") return difference < 0;
  if (operator === "<=") return difference <= 0;
  return operator === ">" ? difference > 0 : difference >= 0;
}
