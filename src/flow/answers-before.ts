import type { Base } from "../compare/index.ts";
import type { SessionRequest } from "../session/index.ts";

/** How each check was answered by the newest launch of the same cell in the baseline, so that a check can stop once they settle it. */
export function answersBefore(base: Base | undefined): Pick<SessionRequest, "answersBefore"> {
  if (base === undefined || !("run" in base)) return {};
  return {
    answersBefore: (id, workload) => {
      const launches = base.cells.find(({ cell }) => cell.id === id)?.launches ?? [];
      return launches
        .flatMap(({ checks }) => checks)
        .findLast((check) => check.id === "accuracy" && check.workload === workload && check.answers !== undefined)?.answers;
    },
  };
}
