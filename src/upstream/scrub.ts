const HIDDEN = "***";

/** Names of settings that hold a secret, as arguments, environment variables, JSON keys and Python's reprs write them. */
const NAME =
  "(?:[\\w-]{0,40}[_-])?(?:api[_-]?keys?|(?:auth|access|hf|hub|bearer|refresh)[_-]?token|token[_-]?secret|password|passwd|secrets?|(?:secret|access|private)[_-]?key|credentials?)";
const VALUE = "(?:\\[[^\\]\\n]{0,400}\\]|'[^'\\n]{0,400}'|\"[^\"\\n]{0,400}\"|[^\\s,;)}\\]'\"]{1,400})";

const SETTING = new RegExp(
  `((?:^|[^A-Za-z0-9])['"]?(?:--)?${NAME}['"]?(?:\\s{0,3}[:=]\\s{0,3}|\\s))(?!(?:None|null|True|False|\\[\\]|''|"")(?:$|[\\s,;)}\\]]))${VALUE}`,
  "gim",
);
const VARIABLE = /\b([A-Z][A-Z0-9_]{0,60}(?:TOKEN|SECRET|PASSWORD|PASSWD|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|CREDENTIALS?)=)\S{1,400}/g;
const SHAPES: readonly (readonly [RegExp, string])[] = [
  [/\b(?:hf_|gh[pousr]_|github_pat_|glpat-|sk-|xox[abp]-|nvapi-)[\w-]{12,400}/g, HIDDEN],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, HIDDEN],
  [/\beyJ[\w-]{8,2000}\.[\w-]{4,4000}(?:\.[\w-]{1,2000})?/g, HIDDEN],
  [/\b((?:Bearer|Basic)\s{1,3})[\w.~+/=-]{6,2000}/gi, `$1${HIDDEN}`],
  [/(:\/\/)[^\s/:@'"]{1,200}:[^\s/@'"]{1,200}@/g, `$1${HIDDEN}@`],
  [/([?&](?:X-Amz-[\w-]{1,40}|Signature|sig|token|access_token|key|Policy|Key-Pair-Id)=)[^&\s"'<>]{1,2000}/gi, `$1${HIDDEN}`],
  [/-----BEGIN [A-Z ]{1,40}PRIVATE KEY-----[^-]{0,8000}(?:-----END [A-Z ]{1,40}PRIVATE KEY-----)?/g, HIDDEN],
  [/(\/(?:home|Users)\/)[\w.-]{1,64}/g, "$1user"],
  [/\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,4}\.[a-z]{2,12}\b/gi, "user@example.com"],
];
const ADDRESS =
  /\b(?:10(?:\.\d{1,3}){3}|192\.168(?:\.\d{1,3}){2}|172\.(?:1[6-9]|2\d|3[01])(?:\.\d{1,3}){2}|\d{1,3}(?:\.\d{1,3}){3}(?=:\d))/g;

/** Takes secrets and names of people and machines out of text that is about to be published. */
export type Scrub = (text: string) => string;

/**
 * Hides `secrets` wherever they stand, and everything that by its name or its shape is one: settings called a key, token or password,
 * tokens of well-known shapes, credentials in addresses, private keys. Home folders lose their owner, private addresses become
 * `ip-1`, `ip-2` …, the same one for the same address; `127.0.0.1` and `0.0.0.0` stay.
 */
export function scrubber(secrets: readonly string[]): Scrub {
  const addresses = new Map<string, string>();
  const known = secrets.filter((secret) => secret.length >= 4).toSorted((a, b) => b.length - a.length);
  return (text) => {
    let clean = text;
    for (const secret of known) clean = clean.replaceAll(secret, HIDDEN);
    clean = clean.replace(SETTING, `$1${HIDDEN}`).replace(VARIABLE, `$1${HIDDEN}`);
    for (const [shape, instead] of SHAPES) clean = clean.replace(shape, instead);
    return clean.replace(ADDRESS, (address) => (isLocal(address) ? address : nameOf(address, addresses)));
  };
}

function isLocal(address: string): boolean {
  return address.startsWith("127.") || address === "0.0.0.0";
}

function nameOf(address: string, names: Map<string, string>): string {
  const name = names.get(address) ?? `ip-${names.size + 1}`;
  names.set(address, name);
  return name;
}
