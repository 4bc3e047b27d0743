import type { LaunchRecord } from "../model/index.ts";

/** A command line for a POSIX shell: environment first, every word quoted where it must be. */
export function commandLine(argv: readonly string[], env: Readonly<Record<string, string>>): string {
  const settings = Object.entries(env)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => (/^[A-Za-z_]\w*$/.test(name) ? `${name}=${quote(value)}` : quote(`${name}=${value}`)));
  // `env` accepts names that a shell assignment does not.
  const odd = Object.keys(env).some((name) => !/^[A-Za-z_]\w*$/.test(name));
  return [...(odd ? ["env"] : []), ...settings, ...argv.map(quote)].join(" ");
}

/**
 * The one command that does by hand what a launch did: starts the server as it was started, or asks the server that ran already
 * for the completion that proves it ready.
 */
export function reproduction({ argv, env, url }: Pick<LaunchRecord, "argv" | "env" | "url">, model: string): string {
  if (url === undefined) return commandLine(argv, env);
  const body = JSON.stringify({ model, prompt: "One plus one is", max_tokens: 1, temperature: 0 });
  return commandLine(["curl", "--fail-with-body", `${url}/v1/completions`, "-H", "content-type: application/json", "-d", body], {});
}

/** One shell word; a placeholder such as `{port}` stays readable. Control characters use `$'…'`, so that the command stays on one line. */
function quote(word: string): string {
  if (/^(?:[\w@%+=:,./-]|\{\w+\})+$/.test(word)) return word;
  if (!/[\u0000-\u001F\u007F-\u009F]/.test(word)) return `'${word.replaceAll("'", `'\\''`)}'`;
  const escaped = word
    .replaceAll("\\", "\\\\")
    .replaceAll("'", "\\'")
    .replace(/[\u0000-\u001F\u007F-\u009F]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return `$'${escaped}'`;
}
