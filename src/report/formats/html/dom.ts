import type { Tone } from "../../shape.ts";
import { escaped } from "../xml.ts";

/** Finished, escaped HTML. The only ways to make it are these functions, so that no text from a record enters unescaped. */
export interface Html {
  readonly html: string;
}

type Child = Html | string | undefined | readonly Child[];

/** One element. Strings are escaped; attributes that are `undefined` are left out. */
export function h(
  name: string,
  attributes: Readonly<Record<string, string | number | undefined>> = {},
  ...children: readonly Child[]
): Html {
  const list = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escaped(String(value))}"`)
    .join("");
  const inside = children.map(flat).join("");
  return { html: VOID.has(name) ? `<${name}${list}>` : `<${name}${list}>${inside}</${name}>` };
}

const VOID = new Set(["meta", "br", "hr"]);

function flat(child: Child): string {
  if (child === undefined) return "";
  if (typeof child === "string") return escaped(child);
  return Array.isArray(child) ? child.map(flat).join("") : (child as Html).html;
}

/** A word with its symbol, coloured. */
export function badge(tone: Tone, symbol: string, word: string): Html {
  return h("span", { class: `badge ${tone}` }, h("span", { "aria-hidden": "true" }, symbol), ` ${word}`);
}

export function code(text: string): Html {
  return h("code", {}, text);
}

/** A cell's label, wide enough to be read in one or two lines, with what it is about beneath. */
export function label(name: string, ...about: readonly string[]): Html {
  const beneath = about.filter((part) => part !== "").join(", ");
  return h("span", { class: "label" }, name, beneath === "" ? undefined : h("small", {}, beneath));
}

/** A section with its question as heading; nothing when there is nothing to show. */
export function section(id: string, question: string, ...body: readonly (Html | undefined)[]): Html | undefined {
  const shown = body.filter((part) => part !== undefined);
  return shown.length === 0
    ? undefined
    : h("section", { id, "aria-labelledby": `${id}-title` }, h("h2", { id: `${id}-title` }, question), shown);
}

export function folded(summary: string, ...body: readonly Child[]): Html {
  return h("details", {}, h("summary", {}, summary), ...body);
}

export interface Row {
  readonly tone?: Tone;
  readonly cells: readonly (Html | string)[];
}

/** A table that scrolls sideways by itself on a narrow screen. `numbers` are the columns to align right. */
export function table(head: readonly string[], rows: readonly Row[], numbers: readonly number[] = []): Html | undefined {
  if (rows.length === 0) return undefined;
  const align = (i: number): string | undefined => (numbers.includes(i) ? "number" : undefined);
  return h(
    "div",
    { class: "scroll", tabindex: 0, role: "region", "aria-label": `Table: ${head.filter((title) => title !== "").join(", ")}` },
    h(
      "table",
      {},
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          head.map((title, i) => h("th", { scope: "col", class: align(i) }, title)),
        ),
      ),
      h(
        "tbody",
        {},
        rows.map((row) =>
          h(
            "tr",
            { class: row.tone === undefined ? undefined : `row ${row.tone}` },
            row.cells.map((cell, i) => h("td", { class: align(i) }, cell)),
          ),
        ),
      ),
    ),
  );
}
