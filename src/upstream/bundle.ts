import { diagnose } from "../diagnose/index.ts";
import { commandLine } from "../report/index.ts";
import { faultOf, type CellRecord, type LaunchRecord, type Parsed, type RunRecord } from "../model/index.ts";
import { environment, issueOf } from "./issue.ts";
import type { Scrub } from "./scrub.ts";
import { trimLog } from "./trim.ts";

/** The launch that an issue is about. */
export interface Chosen {
  readonly cell: CellRecord;
  readonly launch: LaunchRecord;
}

/** One file of a bundle, scrubbed. */
export interface BundleFile {
  readonly name: string;
  readonly text: string;
}

/**
 * The launch to report: of the named cell, or else the failed launch whose diagnosis is surest, the runner's own faults last. A Problem
 * names what there is instead.
 */
export function choose({ cells }: RunRecord, named: string | undefined): Parsed<Chosen> {
  const failed = cells.flatMap((cell) => cell.launches.flatMap((launch) => (isFailure(launch) ? [{ cell, launch }] : [])));
  const wanted = named === undefined ? failed : failed.filter(({ cell }) => cell.cell.id === named);
  const [first] = wanted.toSorted((a, b) => rank(a.launch) - rank(b.launch));
  if (first !== undefined) return { ok: true, value: first };
  const others = [...new Set(failed.map(({ cell }) => cell.cell.id))];
  const known = named === undefined || cells.some((cell) => cell.cell.id === named);
  const message =
    named === undefined ? "no launch of this run failed" : known ? `no launch of ${named} failed` : `the record has no cell ${named}`;
  const hint = others.length === 0 ? "There is nothing to report." : `Name one of ${others.join(", ")}.`;
  return { ok: false, problems: [{ path: named === undefined ? "record" : "--cell", message, hint }] };
}

/** Everything that an issue for the engine's project needs, as files; every one of them scrubbed. */
export function bundle(record: RunRecord, { cell, launch }: Chosen, log: Iterable<string>, scrub: Scrub): readonly BundleFile[] {
  const { diagnosis } = launch;
  if (diagnosis === undefined) throw new RangeError(`launch ${launch.number} of ${cell.cell.id} has no diagnosis`);
  const lines = [...log];
  // A run keeps only beginning and end of a long log in memory, so that its line numbers are not the file's.
  const again = diagnose(lines, { engine: record.run.engine.id, ...(diagnosis.phase === undefined ? {} : { phase: diagnosis.phase }) });
  const trimmed = trimLog(lines, again.class === diagnosis.class ? { ...diagnosis, findings: again.findings } : diagnosis);
  const issue = issueOf({ record, cell, launch, diagnosis, log: trimmed });
  const file = (name: string, text: string): BundleFile => ({ name, text: scrub(text.endsWith("\n") ? text : `${text}\n`) });
  const json = (name: string, value: unknown): BundleFile => file(name, JSON.stringify(value, undefined, 2));
  return [
    file("ISSUE.md", `# ${issue.title}\n\n${issue.body}`),
    file("server.log", trimmed.join("\n")),
    file("command.sh", `#!/bin/sh\n${commandLine(launch.argv, launch.env)}`),
    json("environment.json", Object.fromEntries(environment(record))),
    json("resolved.json", launch.resolved),
    json("diagnosis.json", diagnosis),
  ];
}

function isFailure(launch: LaunchRecord): boolean {
  return launch.diagnosis !== undefined && faultOf(launch) !== undefined;
}

function rank({ diagnosis }: LaunchRecord): number {
  const confidence = ["certain", "likely", "guess"].indexOf(diagnosis?.confidence ?? "guess");
  return confidence + (diagnosis?.infra === undefined ? 0 : 10);
}
