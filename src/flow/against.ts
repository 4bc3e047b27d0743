import { readBaseline, readDirectory, type BaselineRead, type KeyFacts } from "../baseline/index.ts";
import type { Base } from "../compare/index.ts";
import type { BaselineConfig } from "../model/index.ts";

/** What a run is to be held against: the record at an absolute path that was named for it, or else what its configuration says. */
export async function against(
  named: string | undefined,
  configured:
    | {
        readonly baseline: BaselineConfig;
        readonly dir: string;
        readonly facts: KeyFacts;
        readonly gitEnv?: Readonly<Record<string, string>>;
      }
    | undefined,
): Promise<Base> {
  if (named !== undefined) return plain(await readDirectory(named));
  if (configured === undefined) return { missing: "no baseline was named" };
  return plain(await readBaseline(configured.baseline, configured.dir, configured.facts, configured.gitEnv));
}

function plain(read: BaselineRead): Base {
  return "found" in read ? read.found : read;
}
