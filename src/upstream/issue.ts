import { commandLine } from "../report/index.ts";
import { axesText, faultOf, type CellRecord, type Diagnosis, type LaunchRecord, type RunRecord } from "../model/index.ts";
import { fenced, table } from "./markdown.ts";

const TITLES: Readonly<Record<string, string>> = { vllm: "vLLM", sglang: "SGLang", transformers: "transformers serve" };
/** GitHub takes 65,536 characters; the log fills what the rest leaves. */
const LONGEST = 60_000;
const GIB = 2 ** 30;

/** What an issue is written from. */
export interface Case {
  readonly record: RunRecord;
  readonly cell: CellRecord;
  readonly launch: LaunchRecord;
  readonly diagnosis: Diagnosis;
  /** The trimmed log; empty where it is not there any more. */
  readonly log: readonly string[];
}

/** An issue as the projects' forms ask for it: the title, then Markdown. Not yet scrubbed. */
export function issueOf(given: Case): { readonly title: string; readonly body: string } {
  const { record, cell, diagnosis } = given;
  const axes = axesText(cell.cell.axes);
  const engine = `${TITLES[record.run.engine.id] ?? record.run.engine.id}${record.run.engine.version === undefined ? "" : ` ${record.run.engine.version}`}`;
  const title = `[Bug]: ${engine}: ${diagnosis.title} (${axes === "" ? record.run.model : axes}${gpuText(record)})`;
  const parts = [
    ["Your current environment", table(["", ""], environment(record))],
    ["Describe the bug", story(given)],
    ["Command", fenced([commandLine(given.launch.argv, given.launch.env)], "bash")],
    ["Resolved configuration", resolved(given.launch)],
    ["Which configurations fail", matrix(record)],
    ["What was tried", tried(given)],
    ...(diagnosis.sources.length === 0 ? [] : [["Possibly related", diagnosis.sources.map((source) => `- ${source}`).join("\n")] as const]),
  ];
  const above = parts.map(([head, text]) => `### ${head}\n\n${text}`).join("\n\n");
  const log = logBlock(given, LONGEST - above.length);
  return {
    title: title.slice(0, 240),
    body: `${above}\n\n### Log\n\n${log}\n\n<sub>Collected by Servegate ${record.run.harness.version}, run ${record.run.id}.</sub>\n`,
  };
}

function gpuText({ machine }: RunRecord): string {
  const [gpu] = machine.gpus;
  return gpu === undefined ? "" : ` on ${machine.gpus.length > 1 ? `${machine.gpus.length}× ` : ""}${gpu.name}`;
}

/** What the machine was, as rows of name and value; what was not recorded says so. */
export function environment({ machine, run }: RunRecord): [string, string][] {
  const libraries = run.engine.libraries ?? {};
  const kinds = [...new Set(machine.gpus.map((gpu) => `${gpu.name}, ${Math.round(gpu.memoryBytes / GIB)} GiB`))];
  const gpus = kinds.map((kind) => `${machine.gpus.filter((gpu) => kind.startsWith(`${gpu.name},`)).length} × ${kind}`);
  const unknown = "not recorded";
  return [
    ["GPU", gpus.length === 0 ? unknown : gpus.join("; ")],
    ["Driver", machine.driver ?? unknown],
    ["CUDA of the driver", libraries["CUDA (driver)"] ?? unknown],
    ["CUDA of PyTorch", libraries["CUDA (PyTorch)"] ?? unknown],
    [run.engine.id, run.engine.version ?? unknown],
    ...Object.entries(libraries).filter(([name]) => !name.startsWith("CUDA")),
    ["OS", machine.os],
    ["CPU, memory", `${machine.cpu}, ${machine.cores} cores, ${Math.round(machine.memoryBytes / GIB)} GiB`],
    ["Model", run.model],
    ...(run.simulated ? [["Note", "simulated: a rehearsal server stood in for the engine"] as [string, string]] : []),
  ];
}

function story({ launch, diagnosis }: Case): string {
  const { outcome } = launch;
  const failure = outcome.state === "failed" ? outcome.failure : undefined;
  const exit =
    failure?.kind === "exited"
      ? `The server ended with ${failure.signal ?? `exit code ${failure.exitCode ?? "unknown"}`}.`
      : failure?.kind === "hang"
        ? `The server printed nothing for ${Math.round(failure.silentForMs / 1000)} s.`
        : "";
  const where = [
    diagnosis.phase === undefined ? "" : `in phase ${diagnosis.phase}`,
    diagnosis.worker === undefined ? "" : `first in ${diagnosis.worker}`,
  ].filter((part) => part !== "");
  const told = diagnosis.findings.filter((finding) => finding.level !== "note" && finding.class === diagnosis.class);
  const signature = (told.find((finding) => finding.title === diagnosis.title) ?? told[0])?.signature;
  return [
    [diagnosis.rootCause, where.length === 0 ? "" : `It happened ${where.join(", ")}.`, exit].filter((text) => text !== "").join(" "),
    fenced(diagnosis.evidence),
    `Class \`${diagnosis.class}\` (${diagnosis.confidence}), ${
      diagnosis.fingerprint === undefined
        ? `signature \`${signature ?? "none"}\``
        : `no known signature, fingerprint \`${diagnosis.fingerprint}\``
    }.`,
  ].join("\n\n");
}

function resolved({ resolved: settings }: LaunchRecord): string {
  if (settings.length === 0) return "The server ended before it said what it resolved; the requested settings are in the command.";
  return table(
    ["setting", "requested", "took effect", "the engine says"],
    settings.map((one) => [
      one.axis,
      one.requested,
      one.effect === "as-requested" ? "yes" : `${one.effect}${one.resolved === undefined ? "" : `: ${one.resolved}`}`,
      one.evidence ?? "",
    ]),
  );
}

function matrix({ cells }: RunRecord): string {
  const rows = cells
    .filter((cell) => cell.launches.length > 0)
    .map((cell) => {
      const failed = cell.launches.filter((launch) => faultOf(launch) !== undefined);
      const classes = [...new Set(failed.map((launch) => faultOf(launch)))].join(", ");
      return [axesText(cell.cell.axes), failed.length === 0 ? "serves" : `fails ${failed.length} of ${cell.launches.length}: ${classes}`];
    });
  return table(["configuration", "outcome"], rows);
}

function tried({ record, cell, diagnosis }: Case): string {
  const trials = record.remedies?.find((each) => each.cell === cell.cell.id)?.trials ?? [];
  const lines = trials.map(
    (trial) => `- ${trial.text} (${axesText(trial.axes)}): ${trial.outcome}${trial.why === undefined ? "" : `, ${trial.why}`}`,
  );
  const advice = diagnosis.remedies.map((remedy) => `- ${remedy.text}${remedy.command === undefined ? "" : ` (\`${remedy.command}\`)`}`);
  if (lines.length === 0) return ["Nothing yet. The diagnosis suggests:", "", ...advice].join("\n");
  return lines.join("\n");
}

function logBlock({ log }: Case, room: number): string {
  if (log.length === 0) return "The log is not there any more.";
  const shown: string[] = [];
  let left = room - 400;
  // The end of a log tells more than its beginning.
  for (const line of log.toReversed()) {
    left -= line.length + 1;
    if (left < 0) break;
    shown.unshift(line);
  }
  const note = shown.length < log.length ? ` (the last ${shown.length} of ${log.length} lines; all of them are in server.log)` : "";
  return `<details><summary>Trimmed to the worker that failed first${note}</summary>\n\n${fenced(shown)}\n\n</details>`;
}
