import type { Conclusion } from "../github/index.ts";
import { exitCode } from "../judge/index.ts";
import { CELL_CLASSES, EXIT, type CellClass, type Verdict } from "../model/index.ts";
import type { Inputs } from "./inputs.ts";

/** What the verdict means for the merge, after the user's choices. */
export interface Effect {
  readonly conclusion: Conclusion;
  readonly exitCode: number;
}

type Choices = Pick<Inputs, "fail-on" | "on-infra" | "on-inconclusive">;

/**
 * GitHub counts `neutral` as passed for a required check, so it is given only where the user chose it for **every** class of cell that
 * blocks: one cell with trouble of the runner does not excuse another that regressed.
 */
export function effectOf(verdict: Verdict, inputs: Choices): Effect {
  if (verdict.class === "cancelled") return { conclusion: "cancelled", exitCode: verdict.exitCode };
  if (verdict.exitCode === EXIT.pass) return { conclusion: "success", exitCode: EXIT.pass };
  // A cell that is missing altogether has no class of its own; what excuses a sick runner does not excuse a lost shard.
  const lost = verdict.missing === undefined ? [] : (["inconclusive"] as const);
  const classes = new Set([verdict.class, ...lost, ...verdict.cells.map((cell) => cell.class)]);
  const blocking = CELL_CLASSES.filter((one) => classes.has(one) && blocks(one, inputs));
  const worst = blocking.at(-1);
  if (worst === undefined) return { conclusion: "neutral", exitCode: EXIT.pass };
  return { conclusion: "failure", exitCode: worst === verdict.class ? verdict.exitCode : exitCode(worst) };
}

function blocks(one: CellClass, inputs: Choices): boolean {
  if (exitCode(one) === EXIT.pass || inputs["fail-on"] === "never") return false;
  if (one === "infra") return inputs["on-infra"] === "fail";
  if (one === "inconclusive") return inputs["on-inconclusive"] === "fail";
  return one !== "regression" || inputs["fail-on"] === "any";
}

/** The title of the check run; trouble of the runner is named as such. */
export function titleOf(verdict: Verdict): string {
  return verdict.class === "infra" ? `Infrastructure, not your change: ${verdict.title}` : verdict.title;
}
