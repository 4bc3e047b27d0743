import type { RunRecord, Verdict } from "../../model/index.ts";

/** What a change may be allowed: a loss or a crash, and neither the runner's trouble nor evidence that is missing. */
const ACCEPTABLE = new Set(["regression", "broken"]);

/**
 * `/servegate override <commit> <cell> [<cell> …] because …`, ready to be copied; `undefined` where the run is of no pull request, or nothing
 * that blocks can be accepted. The grammar stands in `github/override.ts`.
 */
export function acceptLine({ run }: RunRecord, { cells }: Verdict): string | undefined {
  const { source } = run;
  const blocking = cells.filter((cell) => ACCEPTABLE.has(cell.class)).map(({ cell }) => cell);
  if (source?.headSha === undefined || source.pullRequest === undefined || blocking.length === 0) return undefined;
  return `/servegate override ${source.headSha.toLowerCase()} ${blocking.join(" ")} because …`;
}
