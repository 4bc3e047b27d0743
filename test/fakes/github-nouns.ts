import description from "./openapi.json" with { type: "json" };
import { sample } from "./sample.ts";
import type { StoredPull } from "./github.ts";

/** GitHub's nouns with every field that its description requires, and as many that it does not as a client might read. */
export function user(login: string, url: string): Record<string, unknown> {
  const links = [
    "followers_url",
    "following_url",
    "gists_url",
    "starred_url",
    "subscriptions_url",
    "organizations_url",
    "repos_url",
    "events_url",
    "received_events_url",
  ];
  return {
    login,
    id: 41_898_282,
    node_id: "MDM6Qm90NDE4OTgyODI=",
    avatar_url: `${url}/avatar`,
    gravatar_id: "",
    url: `${url}/users/${encodeURIComponent(login)}`,
    html_url: "https://github.example/apps/github-actions",
    ...Object.fromEntries(links.map((name) => [name, `${url}/${name}`])),
    type: login.endsWith("[bot]") ? "Bot" : "User",
    site_admin: false,
  };
}

/** Full for `GET …/pulls/{number}`, which asks for more fields than the list. */
export function pullRequest({ number, head, sha }: StoredPull, url: string): Record<string, unknown> {
  const whole = sample(description.components.schemas["pull-request"], description.components.schemas) as Record<string, unknown>;
  const base = whole["base"] as Record<string, unknown>;
  const [owner = "", branch = ""] = head.split(":");
  return {
    ...whole,
    number,
    state: "open",
    head: { ...(whole["head"] as object), ref: branch, label: head, sha, user: user(owner, url) },
    base: { ...base, ref: "main", sha: "d".repeat(40), repo: { ...(base["repo"] as object), full_name: "acme/engine" } },
  };
}
