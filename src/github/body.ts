/** What a program, or our own next run, reads out of a comment without parsing prose. */
export interface CommentFacts {
  readonly schema: "servegate/comment@1";
  /** Commit the report is about. */
  readonly headSha: string;
  readonly [field: string]: unknown;
}

const FACTS = /^<!-- servegate-facts (\{.*\}) -->$/m;

/** Facts longer than this are left out of the comment rather than pushing prose out of it. */
const LONGEST_FACTS = 4_000;

/** GitHub refuses a body above 65,536 UTF-16 units. */
const LONGEST = 65_536;

/** Invisible first line by which the comment is found again. `key` tells several gates on one pull request apart. */
export function marker(key: string): string {
  return `<!-- servegate:v1:${key.slice(0, 100).replaceAll(/[^\w./-]|--/g, "_")} -->`;
}

/** The whole body: marker, facts, text. The text cannot hold a marker or facts of its own, and is cut when it is too long. */
export function bodyOf(key: string, facts: CommentFacts, text: string): string {
  const json = JSON.stringify(facts)
    .replaceAll("<", String.raw`\u003c`)
    .replaceAll(">", String.raw`\u003e`)
    .replaceAll("--", String.raw`-\u002d`);
  const kept = json.length <= LONGEST_FACTS ? json : JSON.stringify({ schema: facts.schema, headSha: facts.headSha });
  const head = `${marker(key)}\n<!-- servegate-facts ${kept} -->\n`;
  return fitted(`${head}${text.replaceAll("<!-- servegate", "<!-- ")}`);
}

/** The facts in a body; `undefined` where it has none that can be read. */
export function factsOf(body: string): CommentFacts | undefined {
  try {
    const found = JSON.parse(FACTS.exec(body)?.[1] ?? "") as Partial<CommentFacts>;
    return typeof found.headSha === "string" ? (found as CommentFacts) : undefined;
  } catch {
    return undefined;
  }
}

const SUPERSEDED = "> **Superseded**: ";

/** A sentence above the report of a commit that is no longer the head. */
export function supersededLine(measured: string, now: string): string {
  return `${SUPERSEDED}this is the report on ${measured.slice(0, 7)}; the pull request is now at ${now.slice(0, 7)}.`;
}

/** The body with that sentence, or `undefined` when it has it already. */
export function superseded(body: string, now: string): string | undefined {
  if (body.includes(SUPERSEDED)) return undefined;
  const at = body.search(FACTS);
  const end = at < 0 ? body.indexOf("\n") : body.indexOf("\n", at);
  return fitted(`${body.slice(0, end + 1)}${supersededLine(factsOf(body)?.headSha ?? "an older commit", now)}\n\n${body.slice(end + 1)}`);
}

/** At most `longest` UTF-16 units, cut between characters. */
export function fitted(text: string, longest: number = LONGEST): string {
  if (text.length <= longest) return text;
  const head = text.slice(0, longest - 1);
  return `${/[\uD800-\uDBFF]$/.test(head) ? head.slice(0, -1) : head}…`;
}
