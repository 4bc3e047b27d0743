import type { Failure, Scene } from "../model/index.ts";
import type { Readiness } from "./readiness.ts";

/** The failure that a wait without a ready server amounts to. */
export function failureOf(end: Exclude<Readiness, { state: "ready" }>, scene: Scene): Failure {
  switch (end.state) {
    case "wrong-server":
      return { kind: "wrong-server", expected: end.expected, found: end.found, ...scene };
    case "unfit":
      return { kind: "check", check: "ready", message: end.message, ...scene };
    case "hang":
      return { kind: "hang", silentForMs: Math.round(end.silentForMs), limitMs: end.limitMs, ...scene };
  }
}
