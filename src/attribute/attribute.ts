import { axesText, type Attribution, type RunRecord } from "../model/index.ts";
import { evidence, type Axes, type Evidence } from "./evidence.ts";
import { holds, separate } from "./separate.ts";
import { settlingCell } from "./settle.ts";

/**
 * For every failure class of the run, the smallest combination of axis values that explains it, counted over the cells. Where several
 * combinations of the same size explain it equally well, `when` is the first in the order of the axes, and the sentence names the
 * others and the cell that would tell them apart.
 */
export function attribute(record: RunRecord): Attribution[] {
  return evidence(record).map((known) => {
    const explanations = separate(known);
    return {
      class: known.class,
      when: explanations[0] ?? {},
      sentence: `${explanations.length === 0 ? unexplained(known) : explained(known, explanations, record.run.axes)}${added(record)}`,
      failing: known.failing.length,
      serving: known.serving.length,
    };
  });
}

function explained(known: Evidence, explanations: readonly Axes[], values: RunRecord["run"]["axes"]): string {
  const [first = {}, ...others] = explanations;
  const { failing, serving } = known;
  const counts = `${failing.length} of ${failing.length} ${cells(failing.length)}; 0 of ${serving.length} others`;
  const sentence = `fails iff ${words(first)} (${counts})${aside(known, first)}`;
  if (others.length === 0) return sentence;
  const settle = settlingCell(explanations, values, known);
  const advice = settle === undefined ? "no cell of this matrix tells them apart" : `the cell ${axesText(settle)} would tell`;
  return `${sentence}; ${others.map(words).join(", or ")} ${others.length === 1 ? "explains" : "explain"} it as well: ${advice}`;
}

function unexplained(known: Evidence): string {
  const { failing, serving } = known;
  if (serving.length === 0)
    return `${failing.length} ${cells(failing.length)} failed and none served, so no toggle can be named${aside(known)}`;
  return `no combination of up to three toggles separates the ${failing.length} failing ${cells(failing.length)} from the ${serving.length} serving${aside(known)}`;
}

/** Cells outside the matrix are counted like its own, so it is said that they are there. */
function added({ bisected = [] }: RunRecord): string {
  if (bisected.length === 0) return "";
  return `; ${bisected.length} of these cells ${bisected.length === 1 ? "was" : "were"} launched outside the matrix to tell: ${bisected.map(({ cell }) => axesText(cell.axes)).join("; ")}`;
}

/** Cells that failed otherwise are named apart: they neither support nor contradict. */
function aside({ otherwise }: Evidence, when?: Axes): string {
  if (otherwise.length === 0) return "";
  const inside = when === undefined ? 0 : otherwise.filter(({ axes }) => holds(when, axes)).length;
  const classes = [...new Set(otherwise.map((each) => each.class))].join(", ");
  const where = inside === 0 ? "" : `, ${inside} of them with these values`;
  return `; ${otherwise.length} ${cells(otherwise.length)} failed otherwise (${classes}) and ${otherwise.length === 1 ? "does" : "do"} not count${where}`;
}

function words(when: Axes): string {
  return Object.entries(when)
    .map(([axis, value]) => `${axis}=${value}`)
    .join(" and ");
}

function cells(count: number): string {
  return count === 1 ? "cell" : "cells";
}
