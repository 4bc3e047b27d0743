/** Finds many literal strings in one pass over a text, skipping most of its characters. */
export interface LiteralIndex {
  /** Numbers of the literals that occur in `text`, in order of place; the same array is reused by the next call. */
  readonly find: (text: string) => readonly number[];
}

const BLOCK = 3;
const TABLE = 1 << 16;
/** Letters that are everywhere in logs; a window without them is rarer, so the search looks at it less often. */
const COMMON = " etaoinsrldcupmg-_./0123456789";

/**
 * Wu–Manber: every literal is represented by its rarest window of one fixed width, and a table over three-character blocks
 * says how far the next window may start. Work per text is linear in its length times the literals that share a block.
 * https://webglimpse.net/pubs/TR94-17.pdf
 */
export function literalIndex(literals: readonly string[]): LiteralIndex {
  const width = Math.min(...literals.map((literal) => literal.length));
  if (literals.length > 0 && width < BLOCK) throw new Error(`a literal is shorter than ${BLOCK} characters`);
  const offsets = literals.map((literal) => rarestWindow(literal, width));
  const shift = new Uint8Array(TABLE).fill(Math.min(255, width - BLOCK + 1));
  const ending = new Map<number, number[]>();
  for (const [id, literal] of literals.entries()) {
    const start = offsets[id] ?? 0;
    for (let end = BLOCK - 1; end < width; end += 1) {
      const hash = hashAt(literal, start + end);
      shift[hash] = Math.min(shift[hash] ?? 0, width - 1 - end);
      if (end === width - 1) ending.set(hash, [...(ending.get(hash) ?? []), id]);
    }
  }
  const found: number[] = [];
  return {
    find: (text) => {
      found.length = 0;
      const { length } = text;
      for (let at = width - 1; at < length;) {
        const hash = hashAt(text, at);
        const step = shift[hash] ?? 1;
        if (step > 0) {
          at += step;
          continue;
        }
        for (const id of ending.get(hash) ?? []) {
          const start = at - width + 1 - (offsets[id] ?? 0);
          if (start >= 0 && text.startsWith(literals[id] ?? "", start)) found.push(id);
        }
        at += 1;
      }
      return found;
    },
  };
}

function hashAt(text: string, end: number): number {
  // Six bits apart, so that the three characters overlap little; wider characters only cost a false candidate.
  return ((text.charCodeAt(end - 2) << 11) ^ (text.charCodeAt(end - 1) << 5) ^ text.charCodeAt(end)) & (TABLE - 1);
}

function rarestWindow(literal: string, width: number): number {
  let best = 0;
  let bestScore = Infinity;
  for (let start = 0; start + width <= literal.length; start += 1) {
    // The last block decides how often the window is looked at closely, so it weighs most.
    const window = literal.slice(start, start + width);
    const score = commonness(window) + 3 * commonness(window.slice(-BLOCK));
    if (score < bestScore) {
      best = start;
      bestScore = score;
    }
  }
  return best;
}

function commonness(text: string): number {
  return text.split("").filter((letter) => COMMON.includes(letter)).length;
}
