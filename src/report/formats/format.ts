import type { View } from "../shape.ts";

export type FormatId = "terminal" | "markdown" | "json" | "junit" | "html";

export interface RenderOptions {
  /** Terminal: colour by escape codes; words and symbols stay. Default false. */
  readonly colour?: boolean;
  /** Markdown: most UTF-16 units, as GitHub counts them. Default 60,000. */
  readonly limit?: number;
}

/** One way to write a View. A format arranges and escapes; it never phrases and never computes. */
export interface Format {
  readonly id: FormatId;
  readonly title: string;
  /** Of the file, without the dot. */
  readonly extension: string;
  render(view: View, options?: RenderOptions): string;
}
