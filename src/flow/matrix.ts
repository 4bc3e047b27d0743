import type { CellId, Plan } from "../model/index.ts";

/** What a job of the matrix is told: its cell, and a short name that an artifact may have and that no other job has. */
export interface Shard {
  readonly cell: CellId;
  readonly shard: string;
}

/** The cells to run as GitHub's `strategy.matrix`, in the order of the plan: its first cell is the canary. */
export function githubMatrix(plan: Plan): { readonly include: readonly Shard[] } {
  return { include: plan.cells.map(({ cell }, i) => ({ cell: cell.id, shard: String(i).padStart(3, "0") })) };
}
