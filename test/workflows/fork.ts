import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { check } from "../fakes/tally.ts";
import { rehearsal } from "../e2e/run-cli.ts";
import { labeled, measured, pushed, stage } from "./stage.ts";
import type { Tools } from "./tools.ts";

const CONFIG = rehearsal({ matrix: "{ custom-all-reduce: [on] }" }).replace(
  "gates: [accuracy >= 90%]",
  "gates: [accuracy drops no more than 1 point]",
);

/** The same with its gates taken out: what a stranger would like to be judged by. */
const RELAXED = CONFIG.replace(/^gates: .*$/m, "");

const ASKED = "GET /repos/acme/engine/collaborators/ada/permission";

/** baseline.yml on main, gate.yml on a branch of this repository, then measure-fork.yml and publish.yml on a pull request from a fork. */
export async function fork(tools: Tools): Promise<void> {
  const set = await stage(tools, "fork", CONFIG, "mallory", { ".github/servegate.yml": RELAXED });
  const { github, act } = set;

  const baseline = await act.run({ workflow: "baseline.yml", event: "push", payload: pushed(set), runId: 60 });
  check(
    "baseline.yml succeeds and leaves its record",
    baseline.exitCode === 0 && act.artifacts(60).length === 1,
    baseline.output.slice(-4_000),
  );
  check("and asks GitHub for nothing", github.requests.length === 0, github.requests);
  github.runs.push({
    id: 60,
    workflow: "servegate-baseline.yml",
    branch: "main",
    event: "push",
    conclusion: "success",
    artifacts: act.artifacts(60),
  });
  const poison = join(act.artifactsOf(60), "poison.zip");
  writeFileSync(poison, "not even a zip file");
  // A stranger's branch called main, with a trigger added to the workflow: newer, and successful.
  const poisoned = { id: 6_500, name: "servegate-baseline", zip: poison };
  github.runs.push({
    id: 65,
    workflow: "servegate-baseline.yml",
    branch: "main",
    event: "pull_request",
    conclusion: "success",
    artifacts: [poisoned],
  });

  const label = { workflow: "measure-fork.yml", event: "pull_request", payload: labeled(set, "mallory", "run-servegate") };
  const measuring = await act.run({ ...label, runId: 61 });
  check(
    "measure-fork.yml succeeds and leaves its record",
    measuring.exitCode === 0 && act.artifacts(61).length === 1,
    measuring.output.slice(-4_000),
  );
  check("and asks GitHub for nothing but who may write", github.requests.join() === ASKED, github.requests);
  const triager = await act.run({ ...label, payload: labeled(set, "mallory", "run-servegate", "tess"), runId: 64 });
  const refused = triager.exitCode === 1 && triager.output.includes("tess may not write here") && !triager.output.includes("▶");
  check("a label from someone who may not write starts nothing", refused, triager.output.slice(-4_000));
  const other = await act.run({ ...label, payload: labeled(set, "mallory", "documentation"), runId: 63 });
  check("another label starts nothing", other.exitCode === 0 && !other.output.includes("⭐"), other.output);
  github.runs.push({
    id: 61,
    workflow: "measure-fork.yml",
    branch: "feature",
    event: "pull_request",
    conclusion: "success",
    artifacts: act.artifacts(61),
  });

  const publishing = await act.run({ workflow: "publish.yml", event: "workflow_run", payload: measured(set, "mallory", 61), runId: 62 });
  check("publish.yml succeeds", publishing.exitCode === 0, publishing.output.slice(-4_000));
  const [comment = "", ...others] = github.comments.map(({ body }) => body);
  check(
    "it writes one comment, on the pull request that GitHub names",
    others.length === 0 && github.requests.includes("POST /repos/acme/engine/issues/7/comments"),
    github.requests,
  );
  check("judged by the gates of main, which the fork had taken out", comment.includes("accuracy drops no more than 1 point"), comment);
  check("compared with what main recorded", /run \S+ of \d{4}-\d\d-\d\d/.test(comment) && comment.includes("100.0%"), comment);
  check("and not with what another run left under that name", !github.requests.some((route) => route.includes("6500")), github.requests);
  const checks = github.checks.map(({ history }) => [history[0]?.["head_sha"], history.at(-1)?.["conclusion"]].join());
  check("one check on the measured commit has passed", checks.join(" ") === `${set.head},success`, checks);
  check("GitHub's description allows every request and answer", github.violations.length === 0, github.violations);
  await github.stop();
}
