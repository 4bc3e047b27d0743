/** One labelled log. */
export interface Observed {
  readonly id: string;
  /** The class of the root cause. */
  readonly class: string;
  /** Classes that would also be fair. */
  readonly alt: readonly string[];
  /** Where such a log was seen. */
  readonly source: string;
  readonly log: string;
}

/** Reads blocks that begin with `=== id | class | alt,alt | source`. Throws on a heading that does not have four parts. */
export function readObserved(text: string): Observed[] {
  return text
    .split(/^=== /m)
    .slice(1)
    .map((block) => {
      const [heading = "", ...lines] = block.split("\n");
      const parts = heading.split(" | ").length === 4 ? heading.split(" | ") : heading.split("|");
      if (parts.length !== 4) throw new Error(`a heading needs four parts: ${heading}`);
      const [id = "", kind = "", alt = "", source = ""] = parts.map((part) => part.trim());
      const others = alt === "" ? [] : alt.split(",");
      return { id, class: kind, alt: others, source, log: lines.join("\n").trimEnd() };
    });
}
