import type { Conclusion } from "../github/index.ts";
import type { Verdict } from "../model/index.ts";
import type { Inputs } from "./inputs.ts";

/** What the verdict means for the merge, after the user's choices. */
export interface Effect {
  readonly conclusion: Conclusion;
  readonly exitCode: number;
}

/**
 * GitHub counts `neutral` as passed for a required check, so it is given only where the user chose it; trouble of the runner is
 * otherwise `failure`, with a title that says whose trouble it is.
 */
export function effectOf(verdict: Verdict, inputs: Pick<Inputs, "fail-on" | "on-infra" | "on-inconclusive">): Effect {
  if (verdict.class === "cancelled") return { conclusion: "cancelled", exitCode: verdict.exitCode };
  if (verdict.exitCode === 0) return { conclusion: "success", exitCode: 0 };
  if (verdict.class === "infra" && inputs["on-infra"] === "neutral") return { conclusion: "neutral", exitCode: 0 };
  if (verdict.class === "inconclusive" && inputs["on-inconclusive"] === "neutral") return { conclusion: "neutral", exitCode: 0 };
  if (inputs["fail-on"] === "never") return { conclusion: "neutral", exitCode: 0 };
  if (inputs["fail-on"] === "broken" && verdict.class === "regression") {
    const broken = verdict.cells.some((cell) => cell.class === "broken");
    if (!broken) return { conclusion: "neutral", exitCode: 0 };
  }
  return { conclusion: "failure", exitCode: verdict.exitCode };
}

/** The title of the check run; trouble of the runner is named as such. */
export function titleOf(verdict: Verdict): string {
  return verdict.class === "infra" ? `Infrastructure, not your change: ${verdict.title}` : verdict.title;
}
