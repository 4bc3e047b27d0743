/** `T` with every `readonly` taken off, at every depth, and intersections flattened, so that two spellings of one shape are equal. */
type Plain<T> = T extends readonly (infer Item)[] ? Plain<Item>[] : T extends object ? { -readonly [Key in keyof T]: Plain<T[Key]> } : T;

/**
 * `true` when the two types admit exactly the same documents; anything else fails to compile at the place of use. It keeps
 * the stored form and the model from drifting apart: a field added to one alone is a type error, optional or not, which
 * assignability in both directions would let pass.
 */
export type Same<A, B> = Identical<Plain<A>, Plain<B>> extends true ? true : { readonly differs: [Plain<A>, Plain<B>] };

// Two conditional types over an open T are related only when what they test against is identical.
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the open parameters are the whole point
type Identical<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
