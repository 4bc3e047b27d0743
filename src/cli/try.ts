import { join, resolve } from "node:path";
import { Command } from "commander";
import { conclude, execute, prepareText, readyMachine, retire, site, writeReports, type Prepared } from "../flow/index.ts";
import { EXIT, type RunRecord } from "../model/index.ts";
import { formatOf } from "../report/index.ts";
import { colour, err, out, refuse } from "./print.ts";
import { progressPrinter } from "./progress.ts";
import { rehearsalConfig, WRONG_ANSWERS } from "./rehearsal-config.ts";
import { world, type World } from "./world.ts";

interface Options {
  readonly healthy?: boolean;
  readonly out: string;
  readonly quiet?: boolean;
}

export function tryCommand(): Command {
  return new Command("try")
    .description("Watch the whole job on the built-in rehearsal engine: no GPU, no Python, under a minute")
    .option("--healthy", "rehearse a change that passes instead of one that fails")
    .option("--out <folder>", "where the record, logs and reports go", "servegate-out")
    .option("--quiet", "no progress lines")
    .action(tryIt);
}

/** Measures the rehearsed base and the rehearsed change with the code that measures real servers, then judges one against the other. */
async function tryIt(options: Options): Promise<void> {
  const at = world();
  const outDir = resolve(options.out);
  const earlier = await retire(outDir);
  if (earlier !== undefined) err(`The earlier run was moved to ${earlier}.`);
  err("Rehearsal (simulated): SGLang pull request #12067 on 8×B200, piecewise CUDA graphs × attention backend × custom all-reduce.");

  err("\nFirst the base of the pull request:");
  const [before, after] =
    options.healthy === true ? ["sglang-12067-fixed", "sglang-12067-fixed"] : ["sglang-12067-base", "sglang-12067-head"];
  const base = await measure(rehearsalConfig(before), join(outDir, "baseline"), options, at);
  if (base === undefined) return;
  err("\nNow the pull request itself:");
  const head = await measure(rehearsalConfig(after), outDir, options, at);
  if (head === undefined) return;
  const wrong = options.healthy === true ? undefined : await fluentAndWrong(outDir, options, at);

  const conclusion = conclude(head, base);
  const paths = await writeReports(conclusion, outDir);
  out(formatOf("terminal").render(conclusion.view, { colour: colour() }));
  out(`Look at ${paths["html"]} in a browser; ${paths["markdown"]} is the comment a pull request would get.`);
  out(`All of it again, from the stored records: servegate compare ${join(options.out, "baseline")} ${options.out}`);
  if (wrong !== undefined) out(wrong);
  if (at.signal.aborted) {
    process.exitCode = EXIT.cancelled;
    return;
  }
  process.exitCode = conclusion.verdict.exitCode;
  out(
    options.healthy === true
      ? "This rehearsal was scripted to pass."
      : `Exit code ${conclusion.verdict.exitCode}: the regression and the crashes are rehearsed, so a failed gate is the right answer here. See "try --healthy" for a passing one.`,
  );
}

/** A fault that crashes nothing, on a tiny Llama that really infers: what the smoke test saw of it, and what found it. */
async function fluentAndWrong(outDir: string, options: Options, at: World): Promise<string | undefined> {
  if (at.signal.aborted) return undefined;
  err("\nLast, a server that answers fluently and wrongly (a tiny Llama infers; its decode graphs keep stale metadata):");
  const record: RunRecord | undefined = await measure(WRONG_ANSWERS, join(outDir, "wrong-answers"), options, at);
  const checks = record?.cells[0]?.launches[0]?.checks ?? [];
  const lines = checks.map(({ id, status, message }) => `  ${id} ${status}: ${message}`);
  return ["Fluent and wrong (stale-metadata):", ...lines, ""].join("\n");
}

async function measure(
  config: string,
  outDir: string,
  options: Options,
  at: World,
): Promise<Awaited<ReturnType<typeof execute>> | undefined> {
  const file = `the rehearsal's configuration`;
  const prepared = await prepareText(config, { file, baseDir: process.cwd(), site: site(), askVersion: false }, at);
  if (!prepared.ok) {
    refuse(prepared.problems, file);
    return undefined;
  }
  const machine = await readyMachine(prepared.value, at.ledgerDir, at);
  if (!machine.ok) throw new Error("the rehearsal asks nothing of the machine");
  const onEvent = progressPrinter(total(prepared.value), { quiet: options.quiet === true, live: process.stderr.isTTY });
  return execute({ prepared: prepared.value, machine: machine.value, outDir, ledgerDir: at.ledgerDir, secrets: at.secrets, onEvent }, at);
}

function total({ plan, config }: Prepared): number {
  return plan.cells.length * config.launches;
}
