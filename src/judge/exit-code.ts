import { EXIT, type CellClass } from "../model/index.ts";

/**
 * What a class means for whoever waits for the process. An unexpected pass does not block: the ledger lives on the base branch, so the change that repairs the failure could never delete the
 * entry itself.
 */
export function exitCode(worst: CellClass): number {
  switch (worst) {
    case "pass":
    case "expected-failure":
    case "pre-existing":
    case "unexpected-pass":
      return EXIT.pass;
    case "regression":
    case "broken":
    case "flaky":
      return EXIT.failed;
    case "config-error":
      return EXIT.config;
    case "infra":
      return EXIT.infra;
    case "inconclusive":
      return EXIT.inconclusive;
    case "cancelled":
      return EXIT.cancelled;
    case "internal-error":
      return EXIT.bug;
    default:
      return worst satisfies never;
  }
}
