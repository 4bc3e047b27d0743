import { check } from "../fakes/tally.ts";
import { rehearsal } from "../e2e/run-cli.ts";
import { labeled, stage } from "./stage.ts";
import type { Tools } from "./tools.ts";

const CELLS = [
  "custom-all-reduce=on,piecewise-cuda-graph=on",
  "custom-all-reduce=on,piecewise-cuda-graph=off",
  "custom-all-reduce=off,piecewise-cuda-graph=on",
];

const CONFIG = rehearsal({
  matrix: `
  custom-all-reduce: [on, off]
  piecewise-cuda-graph: [on, off]
  exclude: [{ custom-all-reduce: off, piecewise-cuda-graph: off }]`,
});

/** split.yml: plan, canary, two shards at once, one report. */
export async function split(tools: Tools): Promise<void> {
  const set = await stage(tools, "split", CONFIG, "acme", { "change.txt": "faster" });
  const { github, act } = set;
  const payload = labeled(set, "acme", "run-servegate-split");
  const { exitCode, output } = await act.run({ workflow: "split.yml", event: "pull_request", payload, runId: 70 });
  check("split.yml succeeds", exitCode === 0, output.slice(-4_000));
  const ended = (job: string): number => output.indexOf(`[servegate-split/${job}] 🏁  Job succeeded`);
  const order = ["Plan", "Canary", "Shard-1", "Shard-2", "Report "].map(ended);
  check(
    "its jobs all succeed: plan, canary, two shards, report",
    order.every((at) => at >= 0),
    order,
  );
  check("no shard starts before the canary has ended", (output.match(/Shard-\d\] ⭐/)?.index ?? -1) > (order[1] ?? 0), order);
  const names = act.artifacts(70).map(({ name }) => name);
  check(
    "each shard leaves a record of its own",
    names.sort().join() === "servegate-shard-000,servegate-shard-001,servegate-shard-002",
    names,
  );
  const writes = github.requests.filter((route) => /^(?:POST|PATCH|DELETE) \/repos/.test(route));
  check("nothing but the report speaks to GitHub, once", writes.length === 3, github.requests);
  const [comment, ...others] = github.comments.map(({ body }) => body);
  const missing = CELLS.filter((cell) => comment?.includes(cell) !== true);
  check("one comment has every cell", others.length === 0 && missing.length === 0, { missing, comment });
  const last = github.checks.map(({ history }) => history.at(-1)?.["conclusion"]);
  check(
    "one check on the head commit has passed",
    last.join() === "success" && github.checks[0]?.history[0]?.["head_sha"] === set.head,
    github.checks,
  );
  check("GitHub's description allows every request and answer", github.violations.length === 0, github.violations);
  await github.stop();
}
