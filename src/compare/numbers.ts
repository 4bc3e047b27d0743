import type { Change } from "../model/index.ts";

/** What is left of a change once its cell, metric and launches are known. */
export type Numbers = Omit<Change, "cell" | "metric" | "workload" | "unit" | "better" | "launches">;

/** Fields of a change that is known as a difference. */
export function differenceNumbers(
  base: number,
  head: number,
  interval: { readonly low: number; readonly high: number } | undefined,
): Pick<Numbers, "base" | "head" | "relative" | "relativeLow" | "relativeHigh" | "difference" | "differenceLow" | "differenceHigh"> {
  return {
    base,
    head,
    ...(base > 0 ? { relative: head / base - 1 } : {}),
    ...(base > 0 && interval ? { relativeLow: interval.low / base, relativeHigh: interval.high / base } : {}),
    difference: head - base,
    ...(interval && { differenceLow: interval.low, differenceHigh: interval.high }),
  };
}
