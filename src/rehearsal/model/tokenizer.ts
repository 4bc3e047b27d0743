/** Byte-level BPE as `tokenizer.json` of the tiny Llama describes it: digits apart, then GPT-2's cut into words. */
export class Tokenizer {
  readonly #ids: ReadonlyMap<string, number>;
  readonly #names: readonly string[];
  readonly #ranks: ReadonlyMap<string, number>;
  readonly #special: ReadonlyMap<string, number>;
  readonly #cache = new Map<string, readonly number[]>();

  constructor(json: TokenizerJson) {
    this.#ids = new Map(Object.entries(json.model.vocab));
    const names: string[] = [];
    for (const [name, id] of this.#ids) names[id] = name;
    this.#names = names;
    this.#ranks = new Map(json.model.merges.map(([left, right], rank) => [`${left} ${right}`, rank]));
    this.#special = new Map(json.added_tokens.map(({ content, id }) => [content, id]));
  }

  get size(): number {
    return this.#names.length;
  }

  /** Token ids of a text, the beginning-of-sequence token first. Names of special tokens in the text are those tokens. */
  encode(text: string, begin = true): number[] {
    const ids = begin ? [this.#special.get("<s>") ?? 1] : [];
    for (const part of text.split(/(<pad>|<s>|<\/s>)/)) {
      const special = this.#special.get(part);
      if (special === undefined) for (const word of words(part)) ids.push(...this.#word(word));
      else ids.push(special);
    }
    return ids;
  }

  /** The bytes a token stands for; none for a special token. */
  bytes(id: number): Uint8Array {
    const name = this.#names[id];
    if (name === undefined || this.#special.has(name)) return new Uint8Array();
    return Uint8Array.from(Array.from(name, (sign) => BYTE_OF.get(sign) ?? 63));
  }

  /** The token's own name where it is special, else its text. */
  name(id: number): string {
    const name = this.#names[id] ?? "";
    return this.#special.has(name) ? name : Buffer.from(this.bytes(id)).toString();
  }

  decode(ids: readonly number[]): string {
    return Buffer.concat(ids.map((id) => this.bytes(id))).toString();
  }

  #word(word: string): readonly number[] {
    const known = this.#cache.get(word);
    if (known !== undefined) return known;
    let parts = Array.from(Buffer.from(word), (byte) => SIGN_OF[byte] ?? "");
    for (;;) {
      let best = Infinity;
      for (let i = 0; i + 1 < parts.length; i += 1) best = Math.min(best, this.#ranks.get(`${parts[i]} ${parts[i + 1]}`) ?? Infinity);
      if (best === Infinity) break;
      parts = this.#merged(parts, best);
    }
    const ids = parts.map((part) => this.#ids.get(part) ?? 0);
    this.#cache.set(word, ids);
    return ids;
  }

  #merged(parts: readonly string[], rank: number): string[] {
    const result: string[] = [];
    for (let i = 0; i < parts.length; i += 1) {
      const pair = i + 1 < parts.length && this.#ranks.get(`${parts[i]} ${parts[i + 1]}`) === rank;
      result.push(pair ? `${parts[i]}${parts[i + 1]}` : (parts[i] ?? ""));
      if (pair) i += 1;
    }
    return result;
  }
}

export interface TokenizerJson {
  readonly added_tokens: readonly { readonly id: number; readonly content: string }[];
  readonly model: { readonly vocab: Readonly<Record<string, number>>; readonly merges: readonly (readonly [string, string])[] };
}

/** Every digit alone, and the rest cut as GPT-2 does. */
function words(text: string): string[] {
  return text
    .split(/(\p{N})/u)
    .flatMap((part) => part.match(/'(?:s|t|re|ve|m|ll|d)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu) ?? []);
}

/** GPT-2's signs for bytes: printable Latin-1 for itself, the others from U+0100 on. */
const SIGN_OF: readonly string[] = signs();
const BYTE_OF: ReadonlyMap<string, number> = new Map(SIGN_OF.map((sign, byte) => [sign, byte]));

function signs(): string[] {
  const plain = (byte: number): boolean => (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => {
    if (plain(byte)) return String.fromCharCode(byte);
    next += 1;
    return String.fromCharCode(next - 1);
  });
}
