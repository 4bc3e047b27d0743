import type { Diagnosis } from "../model/index.ts";
import { normalise } from "./normalise.ts";
import { SPECIFICITY } from "./signature.ts";

/** What goes on the shelf for an error that nobody has a signature for. */
export interface Proposal {
  /** Name of both files, without suffix. */
  readonly id: string;
  /** A signature file for `src/diagnose/signatures/`. */
  readonly signature: string;
  /** Its sample for `test/corpus/failures/`. */
  readonly sample: string;
}

/** Parts of a message that change from run to run, and what stands for each. */
const VARIABLE =
  /(?<hex>0x[0-9a-f]+)|(?<path>(?:\/[\w.@+-]+){2,})|(?<uuid>[0-9a-f]{8}-[0-9a-f-]{20,27})|(?<number>\d+(?:[.,:]\d+)*)|(?<quoted>'[^']{1,80}')/gi;
const STANDS_FOR = {
  hex: "0x[0-9a-f]{1,16}",
  path: String.raw`[\w./@+-]{1,200}`,
  uuid: "[0-9a-f-]{28,36}",
  number: String.raw`\d[\d.,:]{0,24}`,
  quoted: "'[^']{1,80}'",
} as const;

/** Where a file of the shelf finds its type. */
const SHELF_TYPE = "../signature.ts";

/** Text of at least this length is looked for on every line; shorter text would stop the search too often. */
const SHORTEST = 6;
const LONGEST = 300;

/**
 * A ready-made signature for an error that no signature knows, and the sample that its test reads; undefined where the diagnosis knows
 * the error. The literal is the longest part that does not change from run to run; an exception without a message is told by the
 * function it was raised in.
 */
export function propose(diagnosis: Diagnosis): Proposal | undefined {
  const unknown = diagnosis.findings.find((finding) => finding.signature === "unknown");
  if (diagnosis.fingerprint === undefined || unknown === undefined) return undefined;
  const id = `seen-${diagnosis.fingerprint.slice(0, 8)}`;
  const says = normalise(unknown.line).text.slice(0, LONGEST);
  const clue = /: .{4}/.test(says) ? messageClue(says) : frameClue(says, diagnosis.evidence);
  if (clue === undefined) return undefined;
  return { id, signature: signatureText(id, says, clue, diagnosis), sample: `${diagnosis.evidence.join("\n")}\n` };
}

interface ClueText {
  readonly has: string;
  readonly match: string;
  readonly near?: string;
}

function messageClue(says: string): ClueText | undefined {
  const parts: string[] = [];
  let match = "^";
  let from = 0;
  for (const found of says.matchAll(VARIABLE)) {
    const fixed = says.slice(from, found.index);
    parts.push(fixed);
    const kind = Object.entries(found.groups ?? {}).find(([, value]) => value !== undefined)?.[0] as keyof typeof STANDS_FOR;
    match += escaped(fixed) + STANDS_FOR[kind];
    from = found.index + found[0].length;
  }
  parts.push(says.slice(from));
  match += escaped(says.slice(from));
  const has = parts.toSorted((a, b) => b.length - a.length)[0] ?? "";
  return has.trim().length < SHORTEST ? undefined : { has, match };
}

/** The innermost frame, followed by the exception. */
function frameClue(says: string, evidence: readonly string[]): ClueText | undefined {
  const frame = evidence
    .map((line) => /^File "[^"]{0,300}?([\w.-]{1,80})", line \d+, in (\S{1,80})/.exec(normalise(line).text))
    .findLast((found) => found !== null);
  if (frame === undefined || frame === null) return undefined;
  const [, file = "", name = ""] = frame;
  const has = `${file}", line `;
  return { has, match: String.raw`^File "[^"]{0,300}${escaped(file)}", line \d+, in ${escaped(name)}`, near: `^${escaped(says)}` };
}

function signatureText(id: string, says: string, clue: ClueText, diagnosis: Diagnosis): string {
  const name = id.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  const near = clue.near === undefined ? "" : `, near: { match: ${regex(clue.near)}, within: 8, side: "after" }`;
  return `import type { Signature } from "${SHELF_TYPE}";

export const ${name}: Signature = {
  id: ${JSON.stringify(id)},
  class: ${JSON.stringify(diagnosis.class)},
  title: ${JSON.stringify(says.slice(0, 100))},
  level: "cause",
  specificity: ${SPECIFICITY.component},
  clues: [{ has: ${JSON.stringify(clue.has)}, match: ${regex(clue.match)}${near} }],
  means: ${JSON.stringify(`The server ended with this error${diagnosis.phase === undefined ? "" : ` in phase ${diagnosis.phase}`}; its fingerprint is ${diagnosis.fingerprint ?? ""}.`)},
  remedies: [{ text: "Report it upstream with GPU, driver, CUDA and engine versions, the exact command and the log" }],
  sources: ["https://github.com/vllm-project/vllm/issues", "https://github.com/sgl-project/sglang/issues"],
};
`;
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);
}

function regex(source: string): string {
  return `/${source}/`;
}
