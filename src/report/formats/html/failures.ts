import type { FailureCard, View } from "../../shape.ts";
import { count } from "../../words.ts";
import { badge, code, folded, h, section, type Html } from "./dom.ts";

export function failures({ failures: cards }: View): Html | undefined {
  return section("failures", "What broke, and what to do?", ...cards.map(card));
}

function card(one: FailureCard): Html {
  const cells = new Set(one.cells.map((cell) => cell.id)).size;
  const list = one.cells.map((cell) =>
    h(
      "li",
      {},
      h("b", {}, cell.label),
      `, launch ${cell.launch}: ${cell.happened}${cell.worker === undefined ? "" : ` (${cell.worker})`}. `,
      h("span", { class: "soft" }, `In the baseline: ${cell.before}. Log: `, code(cell.log)),
    ),
  );
  const shown = list.slice(0, 8);
  return h(
    "article",
    { class: `card tone ${one.tone}` },
    h("h3", {}, one.title),
    h(
      "p",
      {},
      badge(one.tone, one.tone === "bad" ? "✗" : "!", one.class),
      h("span", { class: "soft" }, ` ${one.confidence}, ${count(cells, "cell")}`),
    ),
    h("p", {}, one.rootCause),
    one.attributions.map((sentence) => h("p", { class: "lead" }, sentence)),
    one.infra === undefined ? undefined : h("p", { class: "lead" }, `This points at the runner: ${one.infra}`),
    h("ul", {}, shown, list.length > shown.length ? h("li", {}, `and ${list.length - shown.length} more`) : undefined),
    one.evidence.length === 0 ? undefined : h("pre", {}, one.evidence.join("\n")),
    one.remedies.length === 0
      ? undefined
      : [
          h("p", { class: "lead" }, "Try, in this order"),
          h(
            "ol",
            {},
            one.remedies.map((remedy) => h("li", {}, remedy.text, remedy.how === "" ? undefined : [": ", code(remedy.how)])),
          ),
        ],
    one.reproduce === "" ? undefined : folded("Start it by hand", h("pre", { class: "wrap" }, one.reproduce)),
    one.logTail.length === 0
      ? undefined
      : folded(`Last ${count(one.logTail.length, "line")} of the log`, h("pre", {}, one.logTail.join("\n"))),
    one.sources.length === 0
      ? undefined
      : h(
          "p",
          { class: "soft" },
          "Seen in ",
          one.sources.map((source, i) => [i === 0 ? "" : ", ", link(source)]),
        ),
  );
}

/** A link only to a GitHub thread, and only when the text says exactly where it goes. */
export function link(url: string): Html {
  const thread = /^https:\/\/github\.com\/[\w.-]+\/[\w.-]+\/(?:issues|pull|commit)\/\w+$/.test(url);
  return thread ? h("a", { href: url, rel: "noopener noreferrer nofollow" }, url) : code(url);
}
