import type { FailureCard, View } from "../../shape.ts";
import { count } from "../../words.ts";
import { code, fence, tag, text } from "./escape.ts";
import { emoji } from "./emoji.ts";
import { bullets, details } from "./table.ts";

/** What broke, one short card per class: cause, attribution, cells, first proof, what to try. */
export function failures(view: View, most: number): string {
  if (view.failures.length === 0) return "";
  const cards = view.failures.slice(0, most).map(card);
  const rest = view.failures.length - cards.length;
  return ["### What broke", ...cards, ...(rest > 0 ? [`and ${count(rest, "more failure class", "more failure classes")}`] : [])].join(
    "\n\n",
  );
}

function card(one: FailureCard): string {
  const lines = [
    `${emoji(one.tone)} **${text(one.title)}** (${code(one.class)}, ${one.confidence}, ${count(new Set(one.cells.map((cell) => cell.id)).size, "cell")})`,
    text(one.rootCause),
    ...one.attributions.map((sentence) => `**${text(sentence)}**`),
    ...(one.infra === undefined ? [] : [`This points at the runner: ${text(one.infra)}`]),
  ].filter((line) => line !== "");
  const some = one.cells.slice(0, 6).map((cell) => {
    const worker = cell.worker === undefined ? "" : ` (${text(cell.worker)})`;
    const launch = one.cells.filter((other) => other.id === cell.id).length > 1 ? `, launch ${cell.launch}` : "";
    return `${text(cell.label)}${launch}: ${text(cell.happened)}${worker}. In the baseline: ${text(cell.before)}.`;
  });
  const more = one.cells.length > some.length ? [`and ${one.cells.length - some.length} more`] : [];
  const proof = one.evidence.length === 0 ? "" : fence(one.evidence.slice(0, 4).map((line) => line.slice(0, 240)));
  const remedies = one.remedies.map((remedy, i) => `${i + 1}. ${text(remedy.text)}${remedy.how === "" ? "" : `: ${code(remedy.how)}`}`);
  const tries = remedies.length === 0 ? "" : `Try, in this order:\n\n${remedies.join("\n")}`;
  return [lines.join("\n\n"), bullets([...some, ...more]), proof, tries].filter((part) => part !== "").join("\n\n");
}

/** How to repeat each failure by hand, the server's last words, and where the knowledge comes from. */
export function folded(view: View): string {
  return view.failures
    .map((one) => {
      const sources = one.sources.length === 0 ? "" : `Seen in ${one.sources.map((source) => code(source)).join(", ")}.`;
      const log = one.cells[0]?.log;
      const parts = [
        one.reproduce === "" ? "" : `Start it by hand:\n\n${fence([one.reproduce], "bash")}`,
        one.logTail.length === 0
          ? ""
          : `Last lines of ${log === undefined ? "its log" : code(log)}:\n\n${fence(one.logTail.map((line) => line.slice(0, 300)))}`,
        sources,
      ];
      return details(`Reproduce ${tag(one.class)}, its last log lines and sources`, parts.filter((part) => part !== "").join("\n\n"));
    })
    .filter((part) => part !== "")
    .join("\n\n");
}
