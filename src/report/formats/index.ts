import type { Format, FormatId } from "./format.ts";
import { html } from "./html.ts";
import { json } from "./json.ts";
import { junit } from "./junit.ts";
import { markdown } from "./markdown.ts";
import { terminal } from "./terminal.ts";

export type { Format, FormatId, RenderOptions } from "./format.ts";
export { markdown } from "./markdown.ts";

/** The shelf of reports. */
export const formats: readonly Format[] = [
  { id: "terminal", title: "Text for a terminal", extension: "txt", render: terminal },
  { id: "markdown", title: "GitHub comment and job summary", extension: "md", render: markdown },
  { id: "json", title: "The view, verdict and comparison for programs", extension: "json", render: json },
  { id: "junit", title: "JUnit XML for test dashboards", extension: "xml", render: junit },
  { id: "html", title: "One page to look at", extension: "html", render: html },
];

export function formatOf(id: FormatId): Format {
  const found = formats.find((format) => format.id === id);
  if (found === undefined)
    throw new Error(`no report format is called "${id}"; there are ${formats.map((format) => format.id).join(", ")}`);
  return found;
}
