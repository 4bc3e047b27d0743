import type { z } from "zod";
import type { AccuracyConfig } from "../../model/index.ts";
import type { Path } from "../place.ts";
import type { Reader } from "../reader.ts";
import { milliseconds } from "../leaves.ts";
import { accuracy } from "../shape/index.ts";
import { nearest } from "../suggest.ts";

const BUILT_IN = ["arithmetic"];
const TWO_HOURS = 2 * 60 * 60_000;
const HUB = /^hf:[\w.-]+\/[\w.-]+@[0-9a-f]{40}\/[\w-]/;

type Written = z.infer<typeof accuracy>;

export function readAccuracy(reader: Reader): readonly AccuracyConfig[] {
  return reader.items(["accuracy"]).flatMap((path) => {
    const found = reader.take(accuracy, path);
    if (found === undefined) return [];
    const foreign = found.command !== undefined || found["lm-eval"] !== undefined || found.results !== undefined;
    if (foreign) foreignProblems(reader, path, found);
    else datasetProblems(reader, path, found);
    const { shots } = found;
    return {
      dataset: found.dataset,
      ...(found.sha256 === undefined ? {} : { sha256: found.sha256 }),
      questions: found.questions ?? 200,
      concurrency: found.concurrency ?? 16,
      maxTokens: found["max-tokens"] ?? 256,
      endpoint: found.endpoint ?? "chat",
      ...(shots === undefined
        ? {}
        : { shots: { from: shots.from, count: shots.count, ...(shots.sha256 === undefined ? {} : { sha256: shots.sha256 }) } }),
      ...(found.repeat === undefined ? {} : { repeat: found.repeat }),
      ...(found["stop-early"] === undefined ? {} : { stopEarly: found["stop-early"] }),
      ...asks(reader, path, found),
      ...(found.results === undefined ? {} : { results: found.results }),
    };
  });
}

function asks(reader: Reader, path: Path, { command, timeout, ...found }: Written): Pick<AccuracyConfig, "asks"> {
  const timeoutMs = timeout === undefined ? TWO_HOURS : milliseconds(timeout);
  if (command !== undefined) return { asks: { kind: "command", command, timeoutMs } };
  const harness = found["lm-eval"];
  if (harness === undefined) return {};
  // As written: `5` and "5" are the same word of a command line.
  const args = (harness.args ?? []).map((_, i) => reader.source([...path, "lm-eval", "args", i]));
  return { asks: { kind: "lm-eval", command: harness.command ?? ["lm_eval"], args, timeoutMs } };
}

function datasetProblems(reader: Reader, path: Path, { dataset, sha256, shots }: Written): void {
  // A path has a slash or a dot; a bare word that nearly names a built-in set is a slip.
  const meant = /[/.]/.test(dataset) || BUILT_IN.includes(dataset) ? undefined : nearest(dataset, BUILT_IN);
  if (meant !== undefined) reader.object([...path, "dataset"], `unknown dataset "${dataset}"`, `Did you mean "${meant}"?`);
  hubProblems(reader, [...path, "dataset"], dataset, sha256);
  if (shots !== undefined) hubProblems(reader, [...path, "shots", "from"], shots.from, shots.sha256);
}

/** What is fetched must be the same file every time. */
function hubProblems(reader: Reader, path: Path, dataset: string, sha256: string | undefined): void {
  if (!dataset.startsWith("hf:")) return;
  if (!HUB.test(dataset)) {
    reader.object(
      path,
      `"${dataset}" names no file at a commit`,
      "Write `hf:OWNER/NAME@COMMIT/FILE` with the commit's 40 hexadecimal digits.",
    );
  } else if (sha256 === undefined) {
    reader.object(path, "a file from the hub needs its checksum", "Add `sha256:` beside it; the hub's page of the file shows it.");
  }
}

function foreignProblems(reader: Reader, path: Path, found: Written): void {
  const only = (key: "shots" | "repeat" | "stop-early" | "sha256"): void => {
    if (found[key] !== undefined) reader.object([...path, key], `${key} belongs to questions that Servegate asks itself`, "Remove it.");
  };
  for (const key of ["shots", "repeat", "stop-early", "sha256"] as const) only(key);
  if (found.command !== undefined && found["lm-eval"] !== undefined)
    reader.object([...path, "lm-eval"], "both `command` and `lm-eval` are to ask the questions", "Keep one of them.");
}
