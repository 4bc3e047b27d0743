import type { Timestamp } from "./units.ts";

/** Someone's word that a loss is accepted, for one commit and the rows it names. */
export interface Override {
  /** Login of who gave it. */
  readonly by: string;
  /** The comment it stands in. */
  readonly url: string;
  readonly at: Timestamp;
  /** The commit it holds for, whole and in small letters; another push makes it void. */
  readonly headSha: string;
  /** Cells by id, or one metric of a cell as `id:metric`. */
  readonly rows: readonly string[];
  readonly reason: string;
  /** Why it counts for nothing; absent where it counts. */
  readonly refused?: string;
}
