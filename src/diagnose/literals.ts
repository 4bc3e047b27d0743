/** Finds many literal strings in one pass over a text, skipping most of its characters. */
export interface LiteralIndex {
  /** Numbers of the literals that occur in `text`, in order of place; the same array is reused by the next call. */
  find: (text: string) => readonly number[];
  /** The same in the first `length` bytes; `places` says where each begins. Both arrays are reused by the next call. */
  findBytes: (bytes: Uint8Array, length: number) => { readonly ids: readonly number[]; readonly places: readonly number[] };
}

const BLOCK = 4;
const TABLE = 1 << 18;

/**
 * Wu–Manber: every literal is represented by one window of a fixed width, and a table over blocks of four characters says how
 * far the next window may start. Work per text is linear in its length times the literals that share a block. `usual` is text of
 * the kind that will be searched: windows are chosen so that their last block is rare in it, and the search rarely stops.
 * https://webglimpse.net/pubs/TR94-17.pdf
 */
export function literalIndex(literals: readonly string[], usual: readonly string[] = []): LiteralIndex {
  const width = Math.min(...literals.map((literal) => literal.length));
  if (literals.length > 0 && width < BLOCK) throw new Error(`a literal is shorter than ${BLOCK} characters`);
  const common = blocksOf(usual);
  const offsets = literals.map((literal) => rarestWindow(literal, width, common));
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
  const encoded = literals.map((literal) => Buffer.from(literal, "latin1"));
  const ids: number[] = [];
  const places: number[] = [];
  let scratch = Buffer.alloc(1 << 14);

  function findBytes(bytes: Uint8Array, length: number): { ids: readonly number[]; places: readonly number[] } {
    ids.length = 0;
    places.length = 0;
    for (let at = width - 1; at < length;) {
      const hash = hashOf(bytes[at - 3] ?? 0, bytes[at - 2] ?? 0, bytes[at - 1] ?? 0, bytes[at] ?? 0);
      const step = shift[hash] ?? 1;
      if (step > 0) {
        at += step;
        continue;
      }
      for (const id of ending.get(hash) ?? []) {
        const start = at - width + 1 - (offsets[id] ?? 0);
        if (!isAt(encoded[id], bytes, start, length)) continue;
        ids.push(id);
        places.push(start);
      }
      at += 1;
    }
    return { ids, places };
  }

  return {
    findBytes,
    find: (text) => {
      if (text.length > scratch.length) scratch = Buffer.alloc(2 * text.length);
      // What does not fit one byte is cut, which can only make a literal out of something that was none.
      scratch.write(text, "latin1");
      const found = findBytes(scratch, text.length);
      return found.ids.length === 0 ? ids : ids.filter((id) => text.includes(literals[id] ?? ""));
    },
  };
}

function isAt(literal: Uint8Array | undefined, bytes: Uint8Array, start: number, length: number): boolean {
  if (literal === undefined || start < 0 || start + literal.length > length) return false;
  for (let i = 0; i < literal.length; i += 1) if (literal[i] !== bytes[start + i]) return false;
  return true;
}

/** Knuth's multiplicative hash of four bytes. */
function hashOf(a: number, b: number, c: number, d: number): number {
  return Math.imul((a << 24) | (b << 16) | (c << 8) | d, 0x9e3779b1) >>> 14;
}

function hashAt(text: string, end: number): number {
  const byte = (back: number): number => text.charCodeAt(end - back) & 255;
  return hashOf(byte(3), byte(2), byte(1), byte(0));
}

function blocksOf(usual: readonly string[]): Map<string, number> {
  const blocks = new Map<string, number>();
  for (const text of usual) {
    for (let end = BLOCK; end <= text.length; end += 1) {
      const block = text.slice(end - BLOCK, end);
      blocks.set(block, (blocks.get(block) ?? 0) + 1);
    }
  }
  return blocks;
}

/** Where the literal's window starts: the last block decides how often the search stops there, so it weighs most. */
function rarestWindow(literal: string, width: number, common: ReadonlyMap<string, number>): number {
  let best = 0;
  let bestScore = Infinity;
  for (let start = 0; start + width <= literal.length; start += 1) {
    let score = 0;
    for (let end = start + BLOCK; end <= start + width; end += 1) {
      const block = literal.slice(end - BLOCK, end);
      score += (end === start + width ? 20 : 1) * (common.get(block) ?? 0) + (/[a-z ]{3}/.test(block) ? 0.1 : 0);
    }
    if (score < bestScore) {
      best = start;
      bestScore = score;
    }
  }
  return best;
}
