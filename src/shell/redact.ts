/** What stands in place of a secret. */
export const REDACTED = "***";

/** Shapes of tokens that are secret wherever they stand, known to us or not. */
const TOKENS = /\b(?:hf_[A-Za-z0-9]{20,}|gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{22,}|glpat-[\w-]{20,}|sk-[\w-]{32,})/g;
const BEARER = /\b(Bearer\s+)[\w.~+/=-]{8,}/gi;
const SECRET_NAME = /(?:TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY)/i;
const SECRET_FLAG = /^--?[\w-]*(?:token|secret|password|api-?key|credential)$/i;
/** Flags that match by name and hold no secret: `--max-tokens`, `--enable-tokenizer-…`. */
const HARMLESS = /token(?:s|izer)/i;

/** `text` with every secret, and everything shaped like a token, replaced. For argv, environment, log tails: anything stored. */
export function redact(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const form of forms(secrets)) clean = clean.replaceAll(form, REDACTED);
  return clean.replace(TOKENS, REDACTED).replace(BEARER, `$1${REDACTED}`);
}

/** An argv with secrets replaced, the values of `--api-key` and its like included. */
export function redactArgv(argv: readonly string[], secrets: readonly string[]): string[] {
  return argv.map((word, index) => {
    const flag = argv[index - 1] ?? "";
    if (isSecretFlag(flag) && !word.startsWith("--")) return REDACTED;
    const at = word.indexOf("=");
    if (at > 0 && isSecretFlag(word.slice(0, at))) return `${word.slice(0, at)}=${REDACTED}`;
    return redact(word, secrets);
  });
}

/** Variables with secrets replaced, and every variable whose name says that it holds one. */
export function redactEnv(env: Readonly<Record<string, string>>, secrets: readonly string[]): Record<string, string> {
  const clean = Object.entries(env).map(([name, value]) => {
    const secret = SECRET_NAME.test(name) && !HARMLESS.test(name);
    return [name, secret && value !== "" ? REDACTED : redact(value, secrets)] as const;
  });
  return Object.fromEntries(clean);
}

/**
 * Takes secrets out of a stream of bytes, even when one is split over chunks. Bytes that could be the beginning of a secret are
 * held back until it is known; `end` gives them out.
 */
export function redactor(secrets: readonly string[]): { push(chunk: Buffer): Buffer; end(): Buffer } {
  const forbidden = forms(secrets).map((form) => Buffer.from(form, "utf8").toString("latin1"));
  let held = "";
  if (forbidden.length === 0) return { push: (chunk) => chunk, end: () => Buffer.alloc(0) };
  return {
    push(chunk) {
      let text = held + chunk.toString("latin1");
      for (const form of forbidden) text = text.replaceAll(form, REDACTED);
      const keep = beginning(text, forbidden);
      held = text.slice(text.length - keep);
      return Buffer.from(text.slice(0, text.length - keep), "latin1");
    },
    end() {
      const rest = Buffer.from(held, "latin1");
      held = "";
      return rest;
    },
  };
}

/** Length of the longest end of `text` that some secret begins with. */
function beginning(text: string, forbidden: readonly string[]): number {
  const longest = Math.min(text.length, Math.max(...forbidden.map((form) => form.length)) - 1);
  for (let length = longest; length > 0; length -= 1) {
    const end = text.slice(text.length - length);
    if (forbidden.some((form) => form.startsWith(end))) return length;
  }
  return 0;
}

/** Every line of a log is cleaned of the same few secrets. */
let known: { readonly secrets: readonly string[]; readonly forms: readonly string[] } = { secrets: [], forms: [] };

function forms(secrets: readonly string[]): readonly string[] {
  if (known.secrets !== secrets) known = { secrets, forms: formsOf(secrets) };
  return known.forms;
}

/** Each secret as it is, and as it looks inside JSON and URLs; longest first, so that no secret is cut by a shorter one. */
function formsOf(secrets: readonly string[]): string[] {
  const usable = secrets.filter((secret) => secret.trim().length >= 4);
  const all = usable.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]);
  return [...new Set(all)].sort((a, b) => b.length - a.length);
}

function isSecretFlag(word: string): boolean {
  return SECRET_FLAG.test(word) && !HARMLESS.test(word);
}
