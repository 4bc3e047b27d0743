import type { Place } from "../github/index.ts";
import type { Problem } from "../model/index.ts";
import type { Inputs } from "./inputs.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Why the code here must not be started, if so. Modes `run` and `plan` execute the engine of the pull request, and an engine is
 * arbitrary code; the mode `report` executes nothing and is not asked.
 */
export function distrust(
  inputs: Pick<Inputs, "trusted-sha" | "allow-untrusted-code">,
  place: Place | undefined,
  env: Variables,
): Problem[] {
  if (place === undefined || inputs["allow-untrusted-code"]) return [];
  return [...privileged(place), ...strangersCode(inputs["trusted-sha"], place, env)];
}

/** These events run with secrets and a token that can write, whoever wrote the code. */
function privileged(place: Place): Problem[] {
  const { event, measured } = place;
  // A run that was itself started by a push or a schedule on this repository carries nobody else's code.
  const own = event === "workflow_run" && !place.fork && measured !== undefined && !/^(pull_request|issue_comment)/.test(measured.event);
  if (own || !/^(pull_request_target|workflow_run|issue_comment)$/.test(event)) return [];
  return [
    {
      path: "event",
      message: `${event} hands a token that can write and the secrets to whatever code is measured`,
      hint: "Measure under pull_request and publish with mode report from workflow_run: workflows/measure-fork.yml and workflows/publish.yml.",
    },
  ];
}

function strangersCode(approved: string, place: Place, env: Variables): Problem[] {
  if (!place.fork || place.measured !== undefined || env["RUNNER_ENVIRONMENT"] !== "self-hosted") return [];
  if (approved === place.headSha) return [];
  const message =
    approved === ""
      ? "this is a fork's pull request on a self-hosted runner, and nobody has approved its head commit"
      : `commit ${approved.slice(0, 12)} was approved and the head is ${place.headSha.slice(0, 12)}: it has moved since`;
  const hint =
    approved === ""
      ? "Gate the job by a label or an environment and pass the approved commit as trusted-sha; workflows/measure-fork.yml does."
      : "Look at the new commits, then apply the label again.";
  return [{ path: "input trusted-sha", message, hint }];
}
