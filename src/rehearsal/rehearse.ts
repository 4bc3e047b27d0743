import { problemText } from "../model/index.ts";
import { USAGE, readInvocation } from "./cli.ts";
import { argparse, programs } from "./flags/index.ts";
import { loadScenario } from "./load-scenario.ts";
import { resolveSglang } from "./resolve-sglang.ts";
import { resolveVllm } from "./resolve-vllm.ts";
import { Performance } from "./performance.ts";

/** Played when neither the command line nor the scenario names a version. */
const DEFAULT_VERSIONS = { sglang: "0.5.18", vllm: "0.28.0" } as const;

/** Run the rehearsal server for one command line. Returns an exit code where nothing was started. */
export async function rehearse(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number | undefined> {
  if (argv.includes("--help") && !argv.includes("--")) {
    process.stdout.write(USAGE);
    return 0;
  }
  const invocation = readInvocation(argv);
  if (!invocation.ok) return refuse(invocation.problems.map((problem) => problemText(problem)));
  const { dialect, engineArgs } = invocation.value;
  const scenario = await loadScenario(invocation.value.scenario, dialect);
  if (!scenario.ok)
    return refuse(
      scenario.problems.map((problem) => problemText(problem, problem.path.startsWith("--") ? undefined : invocation.value.scenario)),
    );
  const version = invocation.value.version ?? scenario.value.version ?? DEFAULT_VERSIONS[dialect];
  const program = programs[dialect];
  const parsed = argparse(program, version, dialect === "vllm" && engineArgs[0] === "serve" ? engineArgs.slice(1) : engineArgs);
  if (!parsed.ok) {
    process.stderr.write(parsed.stderr);
    return 2;
  }
  const settings =
    dialect === "sglang" ? resolveSglang(parsed.flags, version, env, scenario.value) : resolveVllm(parsed.flags, version, env);
  if (settings.model === "") {
    process.stderr.write(
      `${program.usage}\n${program.prog}: error: the following arguments are required: ${dialect === "sglang" ? "--model-path/--model" : "model_tag"}\n`,
    );
    return 2;
  }
  const given = Object.fromEntries(
    [...parsed.flags.value, ...[...parsed.flags.on].map((name) => [name, true] as const), ...parsed.flags.json].map(([name, value]) => [
      name.replaceAll("-", "_"),
      value,
    ]),
  );
  await new Performance(settings, scenario.value, given).start();
  return undefined;
}

function refuse(problems: readonly string[]): number {
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  return 2;
}
