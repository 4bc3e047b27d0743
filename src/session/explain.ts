import type { Diagnosis, Failure } from "../model/index.ts";

/**
 * Lets the kind of failure speak where the log said nothing: a hang is a timeout, a failed check is its own evidence. A cause that
 * was recognised in the log always wins.
 */
export function explain(diagnosis: Diagnosis, failure: Failure): Diagnosis {
  if (diagnosis.class !== "unknown" && diagnosis.class !== "healthy" && !isGuessed(diagnosis)) return diagnosis;
  switch (failure.kind) {
    case "hang":
      return {
        ...diagnosis,
        class: "startup-timeout",
        title: "Start-up stopped making progress",
        rootCause: `No progress for ${seconds(failure.silentForMs)} in phase ${failure.phase}; the limit is ${seconds(failure.limitMs)}.`,
        confidence: "likely",
        phase: failure.phase,
        evidence: failure.logTail.slice(-3),
        remedies: [
          { text: "If this phase compiles or tunes kernels, allow it more time", command: "launch: { stall-timeout: 15m }" },
          ...diagnosis.remedies,
        ],
      };
    case "check":
      return {
        ...diagnosis,
        class: /garbage|repeat|NaN|!!!!/i.test(failure.message) ? "numeric-garbage" : "unknown",
        title: `The ${failure.check} check failed on a live server`,
        rootCause: failure.message,
        confidence: "certain",
        phase: failure.phase,
        evidence: [failure.message],
      };
    case "wrong-server":
      return {
        ...diagnosis,
        class: "port-in-use",
        title: "Another server answered",
        rootCause: `The endpoint serves ${failure.found} instead of ${failure.expected}.`,
        confidence: "certain",
        evidence: [`expected ${failure.expected}, found ${failure.found}`],
      };
    case "spawn":
      return {
        ...diagnosis,
        class: "unknown",
        title: "The server program could not be started",
        rootCause: failure.message,
        confidence: "certain",
        evidence: [failure.message],
        remedies: [{ text: "Name the program that starts the engine", command: "launch: { command: [/path/to/venv/bin/vllm, serve] }" }],
      };
    case "exited":
    case "fatal-line":
      return { ...diagnosis, class: diagnosis.class === "healthy" ? "unknown" : diagnosis.class, phase: failure.phase };
    default:
      return failure satisfies never;
  }
}

/** An error that no signature knows; its class was only guessed from its words. */
function isGuessed({ confidence, findings }: Diagnosis): boolean {
  return confidence === "guess" && findings.some((finding) => finding.signature === "unknown");
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}
