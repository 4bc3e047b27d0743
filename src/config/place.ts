/** Keys and indices from the top of the document: `["gates", 1]`. */
export type Path = readonly (string | number)[];

/** 1-based. */
export interface Spot {
  readonly line: number;
  readonly column: number;
}

/** Where a value stands in the file. */
export interface Place extends Spot {
  /** Its key, where it has one. */
  readonly key?: Spot;
  /** The text of a scalar as written, without quotes: `0.90` stays what it is where YAML makes 0.9 of it. */
  readonly source?: string;
  /** Where that text begins, when it stands on one line as it is, so that a place inside it can be pointed at. */
  readonly textAt?: Spot;
}

/** `matrix.exclude[0].kv-cache-dtype`; the whole document is the empty text. */
export function pathText(path: Path): string {
  return path.map((part, i) => (typeof part === "number" ? `[${part}]` : i === 0 ? part : `.${part}`)).join("");
}
