import type { Diagnosis, EngineId, Finding, Phase, Remedy } from "../model/index.ts";
import { exitEvidence, signalOf } from "./exit.ts";
import { fingerprint } from "./fingerprint.ts";
import type { Hit } from "./hits.ts";
import { hunch } from "./hunch.ts";
import { wholeLines } from "./lines.ts";
import { matcherOf, type Sighting } from "./match.ts";
import { rank, survived, type Ranking } from "./rank.ts";
import { signatures } from "./signatures/index.ts";
import { SPECIFICITY } from "./signature.ts";

/** What is known besides the log. */
export interface LogScene {
  readonly engine?: EngineId;
  readonly exitCode?: number;
  /** Name of the signal that ended the server. */
  readonly signal?: string;
  /** The phase in which it ended; otherwise read from the log. */
  readonly phase?: Phase;
  /** Lines of the kernel's log from the same time. */
  readonly kernelLog?: Iterable<string>;
}

/** A diagnosis in the making, for logs that are too long to hold. */
export interface Diagnosing {
  /** One line, without its newline. */
  push(line: string): void;
  /** A stretch of the log as UTF-8, cut anywhere; several times faster than line by line. Do not mix the two. */
  read(chunk: Uint8Array): void;
  finish(): Diagnosis;
}

const EVIDENCE = 8;
const FINDINGS = 200;

let shelf: ReturnType<typeof matcherOf> | undefined;

/** What broke, why, and what to do. `healthy` when nothing is wrong; `unknown` shows the first error nobody has a signature for. */
export function diagnose(lines: Iterable<string>, scene: LogScene = {}): Diagnosis {
  const diagnosing = startDiagnosis(scene);
  for (const line of lines) diagnosing.push(line);
  return diagnosing.finish();
}

/** The same, piece by piece; memory stays bounded whatever the log's length. */
export function startDiagnosis(scene: LogScene = {}): Diagnosing {
  shelf ??= matcherOf(signatures);
  const log = shelf();
  const kernel = shelf();
  const joined = wholeLines((lines) => log.read(lines));
  return {
    push: (line) => void log.push(line),
    read: (chunk) => joined.push(chunk),
    finish() {
      joined.end();
      for (const line of scene.kernelLog ?? []) kernel.push(line);
      return conclude(join(log.end(), kernel.end(), scene.engine), scene);
    },
  };
}

/** The kernel's lines count as printed by a worker called `kernel`, after the log's. */
function join(log: Sighting, kernel: Sighting, engine: EngineId | undefined): Sighting {
  const fits = (hit: Hit): boolean =>
    engine === undefined || engine === "command" || engine === "rehearsal" || (hit.from.engines?.includes(engine) ?? true);
  const system = kernel.hits.map((hit) => ({ ...hit, at: log.lines + hit.at, worker: "kernel" }));
  return { ...log, hits: [...log.hits, ...system].filter(fits) };
}

function conclude(sighting: Sighting, scene: LogScene): Diagnosis {
  const badExit = (scene.exitCode !== undefined && scene.exitCode !== 0) || (scene.signal !== undefined && scene.signal !== "");
  const ranking = rank(sighting, badExit);
  const found = sighting.hits.slice(0, FINDINGS).map((hit) => findingOf(hit, sighting));
  switch (ranking.kind) {
    case "signature":
      return fromSignature(ranking, sighting, found, scene);
    case "cluster":
      return fromCluster(ranking, sighting, found, scene);
    case "nothing":
      return badExit ? fromExit(found, sighting, scene) : healthy(found);
    default:
      return ranking satisfies never;
  }
}

function fromSignature(
  ranking: Ranking & { kind: "signature" },
  sighting: Sighting,
  findings: readonly Finding[],
  scene: LogScene,
): Diagnosis {
  const { root, sameClass, sure } = ranking;
  const first = sameClass.toSorted((a, b) => a.at - b.at)[0] ?? root;
  const worker = root.worker ?? first.worker ?? blamed(sighting.hits);
  const after = scene.exitCode === 0 && root.level !== "note" ? " The process still ended with exit code 0." : "";
  return {
    class: root.class,
    title: root.title,
    rootCause: `${root.from.means}${after}`,
    confidence: sure
      ? root.from.specificity >= SPECIFICITY.component
        ? "certain"
        : root.from.specificity >= SPECIFICITY.general
          ? "likely"
          : "guess"
      : confidenceOfSymptom(root),
    ...placed(scene.phase ?? sighting.timeline.at(first.at), worker),
    evidence: evidenceOf(root, sameClass),
    remedies: root.from.remedies,
    findings,
    sources: root.from.sources,
    ...(root.from.infra === undefined ? {} : { infra: root.from.infra }),
  };
}

function confidenceOfSymptom(root: Hit): Diagnosis["confidence"] {
  return root.from.specificity >= SPECIFICITY.general && !root.hint ? "likely" : "guess";
}

/** The worker that a wrapper names, when the cause itself was printed without a rank. */
function blamed(hits: readonly Hit[]): string | undefined {
  for (const { line } of hits) {
    const named = /Worker proc (VllmWorker-\d+) died|Rank (\d+) scheduler (?:died|is dead)|(?:TP|rank )(\d+) (?:died|crashed)/.exec(line);
    if (named !== null) return named[1] ?? `rank ${named[2] ?? named[3]}`;
  }
  return hits.find((hit) => hit.level !== "note" && hit.worker !== undefined)?.worker;
}

/** The root's own line, and as many others of its class as fit, in the order of the log. */
function evidenceOf(root: Hit, others: readonly Hit[]): string[] {
  const some = [root, ...others.filter((hit) => hit !== root)].slice(0, EVIDENCE).toSorted((a, b) => a.at - b.at);
  return [...new Set(some.map((hit) => hit.line))];
}

function fromCluster(
  { cluster, wrapper }: Ranking & { kind: "cluster" },
  sighting: Sighting,
  findings: readonly Finding[],
  scene: LogScene,
): Diagnosis {
  const print = fingerprint(cluster.lines);
  const guess = hunch(cluster);
  const finding: Finding = {
    signature: "unknown",
    class: "unknown",
    title: `Unrecognised error, fingerprint ${print}`,
    level: "cause",
    line: cluster.says.slice(0, 2_000),
    at: cluster.from,
    ...(cluster.worker === undefined ? {} : { worker: cluster.worker }),
  };
  const advice: Remedy[] = [
    { text: "Read the first error below; it is the earliest that no signature explains" },
    { text: "Make a signature of it for the shelf", command: "servegate diagnose server.log --propose" },
    { text: `Report it upstream; the fingerprint is ${print}`, command: "servegate bundle servegate-out" },
  ];
  return {
    class: guess?.class ?? "unknown",
    title: `Unrecognised error: ${cluster.says.slice(0, 160)}`,
    rootCause: `No signature knows this error; it is the first in the log and its fingerprint is ${print}.${guess === undefined ? "" : ` ${guess.because}`}`,
    confidence: "guess",
    ...placed(scene.phase ?? sighting.timeline.at(cluster.from), cluster.worker ?? wrapper?.worker),
    evidence: [...cluster.lines.slice(0, 2), ...cluster.lines.slice(2).slice(-EVIDENCE + 2)],
    remedies: advice,
    findings: [...findings, finding].toSorted((a, b) => a.at - b.at),
    sources: [],
    fingerprint: print,
  };
}

function fromExit(findings: readonly Finding[], sighting: Sighting, scene: LogScene): Diagnosis {
  const evidence = exitEvidence(scene.exitCode, scene.signal);
  const status = scene.signal ?? signalOf(scene.exitCode, scene.signal) ?? `exit code ${scene.exitCode}`;
  return {
    class: evidence?.class ?? "unknown",
    title: evidence?.title ?? `Ended with ${status} without saying why`,
    rootCause: evidence?.means ?? `The server ended with ${status} and printed no error that is recognised.`,
    confidence: "guess",
    ...placed(scene.phase ?? sighting.timeline.at(sighting.lines), undefined),
    evidence: [`ended with ${status}`],
    remedies: [{ text: evidence?.advice ?? "Read the last lines of the log; run once more with a higher log level" }],
    findings,
    sources: [],
  };
}

function healthy(findings: readonly Finding[]): Diagnosis {
  return {
    class: "healthy",
    title: "Nothing is wrong",
    rootCause: "No failure was recognised in this log.",
    confidence: "likely",
    evidence: [],
    remedies: [],
    findings,
    sources: [],
  };
}

function placed(phase: Phase | undefined, worker: string | undefined): Pick<Diagnosis, "phase" | "worker"> {
  return { ...(phase === undefined ? {} : { phase }), ...(worker === undefined ? {} : { worker }) };
}

/** What the server survived is a note, whatever its signature says. */
function findingOf(hit: Hit, sighting: Sighting): Finding {
  const { from: _from, hint, ...finding } = hit;
  return hint || survived(hit, sighting) ? { ...finding, level: "note" } : finding;
}
