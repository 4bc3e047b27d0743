import type { View } from "../shape.ts";
import { throughput } from "./html/curves.ts";
import { h } from "./html/dom.ts";
import { failures } from "./html/failures.ts";
import { matrix } from "./html/matrix.ts";
import { startup } from "./html/startup.ts";
import { STYLE } from "./html/style.ts";
import { accuracy, cells, changes, facts, gates, limits, settings } from "./html/tables.ts";
import { top } from "./html/top.ts";

/** Nothing may be loaded or run; a link out of an `<a>` is all that is left. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/**
 * One self-contained page: no script, no request, light or dark by the reader's setting. A question per section, a picture per
 * question, every picture with its meaning in words and its numbers in a table.
 */
export function html(view: View): string {
  const sections = [matrix, failures, changes, throughput, accuracy, startup, settings, gates, cells, limits, facts].map((part) =>
    part(view),
  );
  const page = h(
    "html",
    { lang: "en" },
    h(
      "head",
      {},
      h("meta", { charset: "utf-8" }),
      h("meta", { "http-equiv": "Content-Security-Policy", content: POLICY }),
      h("meta", { name: "viewport", content: "width=device-width, initial-scale=1" }),
      h("meta", { name: "color-scheme", content: "light dark" }),
      h("meta", { name: "referrer", content: "no-referrer" }),
      h("title", {}, `${view.verdict.symbol} ${view.verdict.title}${view.banner === undefined ? "" : `, ${view.banner}`}`),
      // The style is a constant of ours, with no text from a record in it.
      { html: `<style>${STYLE}</style>` },
    ),
    h(
      "body",
      {},
      top(view),
      h("main", {}, sections),
      h("footer", {}, "Every word here can be made again from the stored record: servegate report record.json."),
    ),
  );
  return `<!doctype html>\n${page.html}\n`;
}
