const SECRET_NAME = /TOKEN|SECRET|PASSWORD|PASSWD|API_?KEY|PRIVATE_KEY|CREDENTIAL/i;

/** Shorter values would redact ordinary words. */
const SHORTEST = 8;

/** Values of the environment that look like secrets by their name; they are cut out of everything that is stored or shown. */
export function secretsOf(env: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(env)
    .filter(([name, value]) => SECRET_NAME.test(name) && value !== undefined && value.length >= SHORTEST)
    .map(([, value]) => value ?? "");
}
