/**
 * Cut text into pieces that stand for tokens: a word with the space before it, a single digit, a run of signs. Joined again
 * they give the text.
 */
export function pieces(text: string): string[] {
  return text.match(/ ?\p{L}+| ?\d| ?[^\s\p{L}\d]+|\s+/gu) ?? [];
}

/** A number in place of a token id, stable for one piece. */
export function tokenId(piece: string): number {
  let id = 7;
  for (let index = 0; index < piece.length; index += 1) id = (id * 31 + piece.charCodeAt(index)) % 128_000;
  return id;
}
