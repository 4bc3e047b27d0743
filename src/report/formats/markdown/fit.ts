/** A piece of the comment in ever shorter forms, the fullest first; after the last form it is left out. */
export interface Block {
  /** What a reader misses when it is gone; empty for what is never reported as missing. */
  readonly name: string;
  /** 0 is kept to the end; the largest number is shortened first. */
  readonly priority: number;
  readonly forms: readonly string[];
}

/**
 * Joins blocks into at most `limit` UTF-16 units, shortening the least important first. What had to go is named in a last line. Text
 * is cut, between characters, only when the blocks of priority 0 alone are too long.
 */
export function fit(blocks: readonly Block[], limit: number): string {
  const chosen = blocks.map((block) => ({ ...block, form: 0 }));
  const render = (): string => {
    const parts = chosen.map((block) => block.forms[block.form] ?? "").filter((part) => part !== "");
    const cut = chosen
      .filter((block) => block.form > 0 && block.name !== "")
      .map((block) => (block.forms[block.form] === undefined ? block.name : `part of ${block.name}`));
    return [
      ...parts,
      ...(cut.length === 0 ? [] : [`_Shortened to fit: ${cut.join(", ")} left out here and kept in the other reports._`]),
    ].join("\n\n");
  };
  let body = render();
  while (body.length > limit) {
    const next = chosen
      .filter((block) => block.priority > 0 && block.form < block.forms.length)
      .toSorted((a, b) => b.priority - a.priority)[0];
    if (next === undefined) break;
    next.form += 1;
    body = render();
  }
  return body.length <= limit ? body : hardCut(body, limit);
}

function hardCut(body: string, limit: number): string {
  const end = "…";
  const head = body.slice(0, Math.max(0, limit - end.length));
  return `${/[\uD800-\uDBFF]$/.test(head) ? head.slice(0, -1) : head}${end}`.slice(0, Math.max(0, limit));
}
