import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { Ajv, type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";
import description from "./openapi.json" with { type: "json" };

interface StoredComment {
  readonly id: number;
  body: string;
  readonly login: string;
}

interface StoredCheck {
  readonly id: number;
  readonly history: Record<string, unknown>[];
}

/** How the loopback GitHub answers one request instead of properly: an error status, or by dropping the connection. */
export type Trouble = { readonly status: number; readonly headers?: Record<string, string> } | "drop-before" | "drop-after";

interface Operation {
  readonly method: string;
  readonly pattern: RegExp;
  readonly request: ValidateFunction | undefined;
  readonly answer: ValidateFunction;
  readonly success: number;
}

/**
 * GitHub on loopback: comments and check runs in memory, every request and every answer checked against GitHub's own OpenAPI
 * description, the limits that the description leaves out added by hand.
 */
export class FakeGitHub {
  readonly comments: StoredComment[] = [];
  readonly checks: StoredCheck[] = [];
  readonly requests: string[] = [];
  /** Violations of the description, ours or the fake's; a test asserts that it stays empty. */
  readonly violations: string[] = [];
  /** Consulted for each request, with its number and route; returns trouble or nothing. */
  trouble: (request: number, route: string) => Trouble | undefined = () => undefined;
  viewer = "github-actions";
  readonly #server: Server = createServer((request, response) => void this.#answer(request, response));
  readonly #operations = operations();
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

  addComment(body: string, login: string): void {
    this.comments.push({ id: ++this.#ids, body, login });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "", this.url);
    const route = `${request.method} ${url.pathname}`;
    this.requests.push(route);
    const trouble = this.trouble(this.requests.length, route);
    const body = await bodyOf(request);
    if (trouble === "drop-before") return void request.socket.destroy();
    if (trouble !== undefined && trouble !== "drop-after") {
      return send(response, trouble.status, { message: `trouble ${trouble.status}` }, trouble.headers);
    }
    const [status, answer] = this.#act(request.method ?? "", url, body);
    this.#check(route, url, request.method ?? "", body, status, answer);
    if (trouble === "drop-after") return void request.socket.destroy();
    return send(response, status, answer);
  }

  #act(method: string, url: URL, body: Record<string, unknown>): [number, unknown] {
    if (url.pathname === "/graphql") return [200, { data: { viewer: { login: this.viewer } } }];
    const id = Number(url.pathname.split("/").at(-1));
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

  #check(route: string, url: URL, method: string, body: unknown, status: number, answer: unknown): void {
    if (url.pathname === "/graphql" || status >= 400) return;
    const operation = this.#operations.find((one) => one.method === method.toLowerCase() && one.pattern.test(url.pathname));
    if (operation === undefined) {
      this.violations.push(`${route}: not an operation that Servegate should use`);
      return;
    }
    if (operation.request?.(body) === false) this.violations.push(`${route} request: ${JSON.stringify(operation.request.errors)}`);
    if (status !== operation.success || !operation.answer(answer)) {
      this.violations.push(`${route} answer: ${status} ${JSON.stringify(operation.answer.errors)}`);
    }
  }

  #comment({ id, body, login }: StoredComment): Record<string, unknown> {
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
      updated_at: at,
      author_association: "NONE",
      performed_via_github_app: null,
    };
  }

  #checkRun({ id, history }: StoredCheck): Record<string, unknown> {
    const now = Object.assign({}, ...history) as Record<string, unknown>;
    const output = (now["output"] ?? {}) as Record<string, unknown>;
    return {
      id,
      head_sha: now["head_sha"],
      node_id: `CR_${id}`,
      external_id: "",
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
        text: null,
        annotations_count: 0,
        annotations_url: `${this.url}/annotations`,
      },
    };
  }
}

function operations(): Operation[] {
  const ajv = addFormats.default(new Ajv({ strict: false, validateFormats: true }));
  ajv.addSchema({ $id: "github", components: description.components });
  const compile = (schema: unknown): ValidateFunction =>
    ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"github#/components/')) as object);
  return description.operations.map(({ method, path, request, responses }) => {
    const [success = "200", answer] = Object.entries(responses)[0] ?? [];
    return {
      method,
      pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, "[^/]+")}$`),
      request: request === null ? undefined : compile(request),
      answer: compile(answer),
      success: Number(success),
    };
  });
}

function user(login: string, url: string): Record<string, unknown> {
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

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
}

function send(response: ServerResponse, status: number, answer: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(answer));
}
