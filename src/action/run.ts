import { notice, setOutput } from "@actions/core";
import { githubMatrix, prepare, selectCells, site, systemClock, type Prepared } from "../flow/index.ts";
import { placeOf } from "../github/index.ts";
import { cancellation } from "./cancellation.ts";
import { readInputs, type Inputs } from "./inputs.ts";
import { measure } from "./measure.ts";
import { giveUp, refuse } from "./refuse.ts";
import { report } from "./report.ts";
import { distrust } from "./trust.ts";

/** GitHub starts no more jobs than this from one matrix. */
const MOST_JOBS = 256;

/** The `main` step: reads the inputs and does what `mode` says. */
export async function runMode(): Promise<void> {
  const signal = cancellation();
  const read = readInputs();
  if (!read.ok) return refuse(read.problems);
  const inputs = read.value;
  const env = environment(inputs);
  const workspace = env["GITHUB_WORKSPACE"] ?? process.cwd();
  const place = placeOf(env);
  const job = { inputs, place, workspace, env, signal };
  if (inputs.mode === "report") return report(job);

  const reasons = distrust(inputs, place, env);
  if (reasons.length > 0) return refuse(reasons);
  const request = { file: inputs.config, baseDir: workspace, site: site(), askVersion: true };
  const prepared = await prepare(request, { clock: systemClock, env, signal });
  if (signal.aborted) return giveUp();
  if (!prepared.ok) return refuse(prepared.problems, { file: inputs.config });
  if (inputs.mode === "plan") return emitMatrix(prepared.value);
  const selected = selectCells(prepared.value, inputs.cell);
  if (!selected.ok) return refuse(selected.problems);
  return measure(job, selected.value);
}

async function emitMatrix({ plan }: Prepared): Promise<void> {
  const { length } = plan.cells;
  if (length === 0 || length > MOST_JOBS) {
    const message =
      length === 0
        ? "no cell is left to run, and GitHub refuses an empty matrix"
        : `${length} cells, and GitHub starts at most ${MOST_JOBS} jobs`;
    const hint = length === 0 ? '"servegate plan" says why each cell is skipped.' : "Exclude cells, or run them in one job with mode run.";
    return refuse([{ path: "matrix", message, hint }]);
  }
  const { include } = githubMatrix(plan);
  setOutput("matrix", JSON.stringify({ include }));
  // GitHub cannot take an element out of a matrix.
  setOutput("canary", JSON.stringify({ include: include.slice(0, 1) }));
  setOutput("rest", JSON.stringify({ include: include.slice(1) }));
  notice(`${length} cells to run, ${plan.skipped.length} skipped.`);
}

/** Our own environment without the tokens, and with the Hugging Face token where the user gave one for the server. */
function environment(inputs: Inputs): Readonly<Record<string, string | undefined>> {
  for (const name of Object.keys(process.env)) {
    if (/^INPUT_(GITHUB|HF)-TOKEN$/.test(name)) delete process.env[name];
  }
  return { ...process.env, ...(inputs["hf-token"] === "" ? {} : { HF_TOKEN: inputs["hf-token"] }) };
}
