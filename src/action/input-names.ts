import { closest, distance } from "fastest-levenshtein";
import type { Problem } from "../model/index.ts";

/** Every input of `action.yml`; a test compares the two. */
export const INPUT_NAMES = [
  "config",
  "mode",
  "cell",
  "records",
  "baseline",
  "out",
  "fail-on",
  "on-infra",
  "on-inconclusive",
  "comment-mode",
  "name",
  "trusted-sha",
  "allow-untrusted-code",
  "github-token",
  "hf-token",
] as const;

/** Names that other actions use for the same thing. */
const ALIASES: Readonly<Record<string, (typeof INPUT_NAMES)[number]>> = {
  token: "github-token",
  "repo-token": "github-token",
  "config-file": "config",
  "config-path": "config",
  configs: "config",
  "fail-on-alert": "fail-on",
  "fail-threshold": "fail-on",
  "fail-on-error": "fail-on",
  comment: "comment-mode",
  "check-name": "name",
  header: "name",
  cells: "cell",
  matrix: "cell",
  record: "records",
  artifacts: "records",
  output: "out",
  "output-dir": "out",
  "huggingface-token": "hf-token",
};

/**
 * One Problem for each input that the action does not have. The runner only warns about them, and a misspelt `fail-on` that is ignored
 * would open the gate.
 */
export function unknownInputs(env: Readonly<Record<string, string | undefined>>): Problem[] {
  return Object.keys(env)
    .filter((name) => name.startsWith("INPUT_"))
    .map((name) => name.slice("INPUT_".length).toLowerCase())
    .filter((name) => !(INPUT_NAMES as readonly string[]).includes(name))
    .map((name) => {
      const plain = name.replaceAll("_", "-");
      const meant = (INPUT_NAMES as readonly string[]).includes(plain) ? plain : (ALIASES[plain] ?? near(plain));
      const hint = meant === undefined ? `The inputs are ${INPUT_NAMES.join(", ")}.` : `Write "${meant}".`;
      return { path: `input ${name}`, message: "the action has no such input", hint };
    });
}

function near(name: string): string | undefined {
  const found = closest(name, [...INPUT_NAMES]);
  return distance(name, found) <= Math.max(2, name.length / 3) ? found : undefined;
}
