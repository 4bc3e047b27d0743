import { check } from "../fakes/tally.ts";
import { rehearsal } from "../e2e/run-cli.ts";
import { labeled, stage } from "./stage.ts";
import type { Tools } from "./tools.ts";

const CONFIG = rehearsal({ scenario: "sglang-12067-head", matrix: "{ piecewise-cuda-graph: [on], attention-backend: [cutlass] }" });

/** gate.yml on a branch of this repository whose server crashes, in a repository that has no baseline yet. */
export async function gate(tools: Tools): Promise<void> {
  const set = await stage(tools, "gate", CONFIG, "acme", { "change.txt": "faster" });
  const { github, act } = set;
  const job = { workflow: "gate.yml", event: "pull_request", runId: 80 };
  const { exitCode, output } = await act.run({ ...job, payload: labeled(set, "acme", "run-servegate") });
  check("gate.yml fails a change whose server crashes", exitCode === 1 && output.includes("🏁  Job failed"), output.slice(-4_000));
  check(
    "its artifact is kept all the same",
    act
      .artifacts(80)
      .map(({ name }) => name)
      .join() === "servegate",
    output.slice(-4_000),
  );
  const [comment = "", ...others] = github.comments.map(({ body }) => body);
  check("one comment names the crash", others.length === 0 && comment.includes("tma-descriptor"), comment);
  check("the check has failed", github.checks.map(({ history }) => history.at(-1)?.["conclusion"]).join() === "failure", github.checks);
  check("GitHub's description allows every request and answer", github.violations.length === 0, github.violations);

  const asked = github.requests.length;
  const stranger = await act.run({ ...job, payload: labeled(set, "mallory", "run-servegate"), runId: 81 });
  check(
    "gate.yml leaves pull requests from forks alone",
    stranger.exitCode === 0 && github.requests.length === asked,
    stranger.output.slice(-4_000),
  );
  await github.stop();
}
