import { distance } from "fastest-levenshtein";

/** `Did you mean "x"?` when one of `known` is close to what was found; otherwise the list itself, where it is short enough to read. */
export function suggest(found: string, known: readonly string[]): string | undefined {
  const near = nearest(found, known);
  if (near !== undefined) return `Did you mean "${near}"?`;
  return known.length === 0 ? undefined : `Known: ${known.slice(0, 40).join(", ")}${known.length > 40 ? ", …" : ""}.`;
}

/** The closest of `known`, at most a third of its letters away; a prefix or a tail counts as close (`graph` for `cuda-graph`). */
export function nearest(found: string, known: readonly string[]): string | undefined {
  const plain = (text: string): string => text.toLowerCase().replaceAll("_", "-");
  const asked = plain(found).slice(0, 100);
  const ranked = known.map((name) => ({ name, away: distance(asked, plain(name)) })).sort((a, b) => a.away - b.away);
  const best = ranked[0];
  if (best !== undefined && best.away <= Math.max(1, Math.floor(best.name.length / 3))) return best.name;
  const parts = known.filter((name) => asked.length >= 3 && plain(name).split("-").length > 1 && plain(name).includes(asked));
  return parts.length === 1 ? parts[0] : undefined;
}
