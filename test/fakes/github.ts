import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { pullRequest, user } from "./github-nouns.ts";
import { violationsOf } from "./github-openapi.ts";
import { answerAboutRuns, type StoredRun } from "./github-runs.ts";

interface StoredComment {
  readonly id: number;
  body: string;
  readonly login: string;
  readonly edited?: boolean;
}

/** A pull request as far as the loopback GitHub needs it. */
export interface StoredPull {
  readonly number: number;
  /** `owner:branch`. */
  readonly head: string;
  sha: string;
}

interface StoredCheck {
  readonly id: number;
  readonly history: Record<string, unknown>[];
}

/** How the loopback GitHub answers one request instead of properly: an error status, by dropping the connection, or never. */
export type Trouble =
  | { readonly status: number; readonly headers?: Record<string, string>; /** Carried out all the same. */ readonly done?: true }
  | "drop-before"
  | "drop-after"
  | "hang";

/**
 * GitHub on loopback: comments and check runs in memory, every request and every answer checked against GitHub's own OpenAPI
 * description, the limits that the description leaves out added by hand.
 */
export class FakeGitHub {
  readonly comments: StoredComment[] = [];
  readonly checks: StoredCheck[] = [];
  readonly pulls: StoredPull[] = [];
  readonly runs: StoredRun[] = [];
  /** Who may write to the repository. */
  readonly writers = new Set(["ada"]);
  readonly requests: string[] = [];
  /** Violations of the description, ours or the fake's; a test asserts that it stays empty. */
  readonly violations: string[] = [];
  /** Consulted for each request, with its number and route; returns trouble or nothing. */
  trouble: (request: number, route: string) => Trouble | undefined = () => undefined;
  viewer = "github-actions";
  /** What each login may do; GitHub knows nothing of the others. */
  readonly permissions = new Map<string, "admin" | "write" | "read" | "none">();
  readonly #server: Server = createServer((request, response) => void this.#answer(request, response));
  #ids = 1000;

  static async start(): Promise<FakeGitHub> {
    const github = new FakeGitHub();
    github.#server.listen(0, "127.0.0.1");
    await once(github.#server, "listening");
    return github;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  /** `edited`: somebody changed it a minute after it was written. */
  addComment(body: string, login: string, edited = false): void {
    this.comments.push({ id: ++this.#ids, body, login, edited });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "", this.url);
    const route = `${request.method} ${url.pathname}`;
    this.requests.push(route);
    const trouble = this.trouble(this.requests.length, route);
    const body = await bodyOf(request);
    if (trouble === "hang") return undefined;
    if (trouble === "drop-before") return void request.socket.destroy();
    const refusal = typeof trouble === "object" ? trouble : undefined;
    const refuse = (one: { readonly status: number; readonly headers?: Record<string, string> }): void =>
      send(response, one.status, { message: `trouble ${one.status}` }, one.headers);
    if (refusal !== undefined && refusal.done !== true) return refuse(refusal);
    const about = answerAboutRuns(this.runs, url);
    if (about !== undefined && "zip" in about) return void response.writeHead(200, { "content-type": "application/zip" }).end(about.zip);
    const [status, answer, headers] = about ?? this.#act(request.method ?? "", url, body);
    if (refusal !== undefined) return refuse(refusal);
    this.#check(request.method ?? "", url, body, status, answer);
    if (trouble === "drop-after") return void request.socket.destroy();
    return send(response, status, answer, headers);
  }

  #act(method: string, url: URL, body: Record<string, unknown>): [number, unknown] {
    if (url.pathname === "/graphql") return [200, { data: { viewer: { login: this.viewer } } }];
    const login = /\/collaborators\/([^/]+)\/permission$/.exec(url.pathname)?.[1];
    if (login !== undefined) {
      const permission = this.writers.has(login) ? "write" : this.permissions.get(decodeURIComponent(login));
      if (permission === undefined && this.permissions.size > 0) return [404, { message: "Not Found" }];
      return [200, { permission: permission ?? "read", role_name: "", user: null }];
    }
    const id = Number(url.pathname.split("/").at(-1));
    const pulls = this.#pulls(url, id);
    if (pulls !== undefined) return pulls;
    if (/\/commits\/[^/]+\/check-runs$/.test(url.pathname)) {
      const [sha, name] = [url.pathname.split("/").at(-2), url.searchParams.get("check_name")];
      const found = this.checks.filter(({ history: [first] }) => first?.["head_sha"] === sha && first?.["name"] === name);
      return [200, { total_count: found.length, check_runs: found.map((check) => this.#checkRun(check)) }];
    }
    if (/\/comments\/\d+$/.test(url.pathname) && method === "DELETE") {
      const at = this.comments.findIndex((comment) => comment.id === id);
      if (at < 0) return [404, { message: "Not Found" }];
      this.comments.splice(at, 1);
      return [204, null];
    }
    if (url.pathname.endsWith("/comments") && method === "GET") {
      const size = Number(url.searchParams.get("per_page") ?? 30);
      const page = Number(url.searchParams.get("page") ?? 1);
      return [200, this.comments.slice((page - 1) * size, page * size).map((comment) => this.#comment(comment))];
    }
    if (/\/comments(\/\d+)?$/.test(url.pathname)) {
      const text = String(body["body"]);
      // Not in the description: GitHub refuses longer bodies, counted in UTF-16 units.
      if (text.length > 65_536) return [422, { message: "Body is too long (maximum is 65536 characters)" }];
      if (method === "POST") {
        this.addComment(text, `${this.viewer}[bot]`);
        return [201, this.#comment(this.comments.at(-1) as StoredComment)];
      }
      const found = this.comments.find((comment) => comment.id === id);
      if (found === undefined) return [404, { message: "Not Found" }];
      found.body = text;
      return [200, this.#comment(found)];
    }
    if (url.pathname.endsWith("/check-runs") && method === "POST") {
      this.checks.push({ id: ++this.#ids, history: [body] });
      return [201, this.#checkRun(this.checks.at(-1) as StoredCheck)];
    }
    const check = this.checks.find((one) => one.id === id);
    if (check === undefined) return [404, { message: "Not Found" }];
    check.history.push(body);
    return [200, this.#checkRun(check)];
  }

  #pulls(url: URL, number: number): [number, unknown] | undefined {
    if (/\/pulls\/\d+$/.test(url.pathname)) {
      const pull = this.pulls.find((one) => one.number === number);
      return pull === undefined ? [404, { message: "Not Found" }] : [200, pullRequest(pull, this.url)];
    }
    if (!url.pathname.endsWith("/pulls")) return undefined;
    const head = url.searchParams.get("head");
    // GitHub ignores a filter that is not `owner:branch`.
    const found = this.pulls.filter((pull) => head?.includes(":") !== true || pull.head === head);
    return [200, found.map((pull) => pullRequest(pull, this.url))];
  }

  #check(method: string, url: URL, body: Record<string, unknown>, status: number, answer: unknown): void {
    if (url.pathname !== "/graphql") this.violations.push(...violationsOf({ method, url, body, status, answer }));
    // The one question that is asked of GraphQL: `Query.viewer` and `User.login` are both never null in its schema.
    else if (body["query"] !== "query { viewer { login } }") this.violations.push(`graphql: ${JSON.stringify(body)}`);
  }

  #comment({ id, body, login, edited }: StoredComment): Record<string, unknown> {
    const at = "2026-11-21T10:00:00Z";
    return {
      id,
      node_id: `IC_${id}`,
      url: `${this.url}/repos/acme/engine/issues/comments/${id}`,
      html_url: `https://github.example/acme/engine/pull/7#issuecomment-${id}`,
      issue_url: `${this.url}/repos/acme/engine/issues/7`,
      body,
      user: user(login, this.url),
      created_at: at,
      updated_at: edited === true ? new Date(Date.parse(at) + 60_000).toISOString() : at,
      author_association: "NONE",
      performed_via_github_app: null,
    };
  }

  #checkRun({ id, history }: StoredCheck): Record<string, unknown> {
    const now = Object.assign({}, ...history) as Record<string, unknown>;
    const output = (now["output"] ?? {}) as Record<string, unknown>;
    const annotations = history.flatMap((one) => (one["output"] as { annotations?: unknown[] } | undefined)?.annotations ?? []);
    return {
      id,
      head_sha: now["head_sha"],
      node_id: `CR_${id}`,
      external_id: now["external_id"] ?? "",
      url: `${this.url}/repos/acme/engine/check-runs/${id}`,
      html_url: `https://github.example/acme/engine/runs/${id}`,
      details_url: now["details_url"] ?? null,
      status: now["status"],
      conclusion: now["conclusion"] ?? null,
      started_at: now["started_at"] ?? null,
      completed_at: now["completed_at"] ?? null,
      name: now["name"],
      check_suite: { id: 5 },
      app: null,
      pull_requests: [],
      output: {
        title: output["title"] ?? null,
        summary: output["summary"] ?? null,
        text: output["text"] ?? null,
        annotations_count: annotations.length,
        annotations_url: `${this.url}/annotations`,
      },
    };
  }
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
}

function send(response: ServerResponse, status: number, answer: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(status === 204 || status === 302 ? "" : JSON.stringify(answer));
}
