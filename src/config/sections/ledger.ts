import type { ExpectedFailure, FailureClass, MatrixConfig } from "../../model/index.ts";
import type { Reader } from "../reader.ts";
import { expectedFailure } from "../shape/index.ts";
import { readCondition } from "./condition.ts";
import { reachable } from "./reachable.ts";

/** Accepted failures. `today` (`YYYY-MM-DD`), where given, makes an entry that has expired a Problem. */
export function readLedger(reader: Reader, matrix: MatrixConfig, today: string | undefined): readonly ExpectedFailure[] {
  const values = reachable(matrix);
  return reader.items(["expected-failures"]).flatMap((path) => {
    const entry = reader.take(expectedFailure, path);
    if (entry === undefined) return [];
    if (today !== undefined && entry.expires < today)
      reader.object(
        [...path, "expires"],
        `the entry expired on ${entry.expires}`,
        "Remove it if the failure is gone; otherwise give it a new day, and say so in its issue.",
      );
    const when = readCondition(reader, [...path, "when"], values, "matches no cell");
    if (when === undefined) return [];
    const { issue, expires, versions } = entry;
    return [{ when, class: entry.class as FailureClass, ...(versions === undefined ? {} : { versions }), issue, expires }];
  });
}
