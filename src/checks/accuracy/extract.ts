/**
 * The number an answer ends in, in the convention of GSM8K: what follows `####`, otherwise the last number. Thousands separators,
 * currency signs and a closing full stop do not count; `18.00` is `18`. A further question that the model invents is cut off, and so
 * is what it thought aloud.
 */
export function extractNumber(text: string): string | undefined {
  const thoughtEnd = text.lastIndexOf("</think>");
  const said = thoughtEnd < 0 ? text : text.slice(thoughtEnd + "</think>".length);
  const answer = said.split(/\n\s*Question:/, 1)[0] ?? "";
  const marked = /####\s*([^\n]*)/.exec(answer)?.[1];
  const numbers = (marked ?? answer).match(/-?\$?\d[\d,]*(?:\.\d+)?|-?\$?\.\d+/g);
  const found = marked === undefined ? numbers?.at(-1) : numbers?.[0];
  return found === undefined ? undefined : plain(found);
}

/** Whether two answers are the same number. */
export function sameNumber(got: string, expected: string): boolean {
  return plain(got) === plain(expected);
}

function plain(number: string): string {
  const bare = number.replaceAll(/[$,\s]/g, "").replace(/\.$/, "");
  if (!/^-?(\d+(\.\d*)?|\.\d+)$/.test(bare)) return bare;
  const [whole = "", fraction = ""] = bare.replace("-", "").split(".");
  const digits = whole.replace(/^0+(?=\d)/, "") || "0";
  const rest = fraction.replace(/0+$/, "");
  const value = rest === "" ? digits : `${digits}.${rest}`;
  return bare.startsWith("-") && value !== "0" ? `-${value}` : value;
}
