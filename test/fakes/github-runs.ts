import { readFileSync, statSync } from "node:fs";
import { createHash } from "node:crypto";
import description from "./openapi.json" with { type: "json" };
import { sample } from "./sample.ts";

/** A finished run of a workflow, and the zip files that it left as artifacts. */
export interface StoredRun {
  readonly id: number;
  /** File name of the workflow. */
  readonly workflow: string;
  readonly branch: string;
  readonly event: string;
  readonly conclusion: string;
  readonly artifacts: readonly { readonly id: number; readonly name: string; readonly zip: string }[];
}

/** A zip file to be sent as it is. */
export interface Download {
  readonly zip: Buffer;
}

/** What GitHub answers about runs and their artifacts; `undefined` when it was asked about something else. */
export function answerAboutRuns(runs: readonly StoredRun[], url: URL): [number, unknown, Record<string, string>?] | Download | undefined {
  const { pathname, searchParams } = url;
  const [, workflow] = /\/actions\/workflows\/([^/]+)\/runs$/.exec(pathname) ?? [];
  if (workflow !== undefined) {
    const wanted = (name: string, value: string): boolean => (searchParams.get(name) ?? value) === value;
    const found = runs
      .filter(
        (run) =>
          run.workflow === workflow && wanted("branch", run.branch) && wanted("event", run.event) && wanted("status", run.conclusion),
      )
      .sort((a, b) => b.id - a.id)
      .slice(0, Number(searchParams.get("per_page") ?? 30));
    return runs.some((run) => run.workflow === workflow)
      ? [200, { total_count: found.length, workflow_runs: found.map(workflowRun) }]
      : [404, { message: "Not Found" }];
  }
  const [, run] = /\/actions\/runs\/(\d+)\/artifacts$/.exec(pathname) ?? [];
  if (run !== undefined) {
    const all = runs.find((one) => one.id === Number(run))?.artifacts ?? [];
    const found = all.filter((one) => (searchParams.get("name") ?? one.name) === one.name).map((one) => artifact(one, url.origin));
    return [200, { total_count: found.length, artifacts: found }];
  }
  const [, id, zip] = /\/actions\/artifacts\/(\d+)(\/zip)?$/.exec(pathname) ?? /^\/signed\/(\d+)$/.exec(pathname) ?? [];
  if (id === undefined) return undefined;
  const found = runs.flatMap((one) => one.artifacts).find((one) => one.id === Number(id));
  if (found === undefined) return [404, { message: "Not Found" }];
  if (pathname.startsWith("/signed/")) return { zip: readFileSync(found.zip) };
  return zip === undefined ? [200, artifact(found, url.origin)] : [302, null, { location: `${url.origin}/signed/${id}` }];
}

function workflowRun({ id, event, branch, conclusion }: StoredRun): unknown {
  const whole = sample(description.components.schemas["workflow-run"], description.components.schemas) as object;
  return { ...whole, id, event, head_branch: branch, status: "completed", conclusion };
}

function artifact({ id, name, zip }: StoredRun["artifacts"][number], url: string): unknown {
  const whole = sample(description.components.schemas["artifact"], description.components.schemas) as object;
  const digest = `sha256:${createHash("sha256").update(readFileSync(zip)).digest("hex")}`;
  return {
    ...whole,
    id,
    name,
    size_in_bytes: statSync(zip).size,
    expired: false,
    digest,
    archive_download_url: `${url}/repos/acme/engine/actions/artifacts/${id}/zip`,
  };
}
