import type { View } from "../../shape.ts";
import { badge, h, type Html } from "./dom.ts";

/** Verdict, the one thing to do, counts, and what ran in one line. */
export function top({ verdict, counts, facts, banner }: View): readonly Html[] {
  const strip = ["Engine", "Model", "GPU", "Duration"].flatMap((label) => facts.filter((fact) => fact.label === label));
  const chips = counts.map((one) => badge(one.tone, SYMBOL[one.tone], `${one.count} ${one.word}`));
  return [
    ...(banner === undefined
      ? []
      : [h("div", { class: "banner", role: "note" }, `${banner}: no real engine ran; every number below was scripted`)]),
    h(
      "header",
      {},
      h(
        "div",
        { class: `verdict ${verdict.tone}` },
        h("div", { class: "word" }, `${verdict.symbol} ${verdict.word}`),
        h("h1", {}, verdict.title),
        h("p", { class: "next" }, h("b", {}, "Next: "), verdict.next),
        h("div", { class: "chips" }, chips.length === 0 ? "No cell was judged." : chips, h("span", {}, `points at: ${verdict.blame}`)),
      ),
      h(
        "div",
        { class: "strip" },
        strip.map((fact) => h("span", {}, fact.value)),
      ),
    ),
  ];
}

const SYMBOL = { good: "✓", bad: "✗", warn: "!", muted: "○" } as const;
