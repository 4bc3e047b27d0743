/**
 * Cuts the operations that Servegate uses out of GitHub's published OpenAPI description, so that the loopback GitHub can check real
 * requests and answers without a 13 MB file in the repository.
 *
 *     npm pack @octokit/openapi@23.0.2 && tar xzf octokit-openapi-*.tgz package/generated/api.github.com.json
 *     node test/fakes/cut-openapi.ts package/generated/api.github.com.json > test/fakes/openapi.json
 */
import { readFileSync } from "node:fs";

const OPERATIONS = [
  ["get", "/repos/{owner}/{repo}/issues/{issue_number}/comments"],
  ["post", "/repos/{owner}/{repo}/issues/{issue_number}/comments"],
  ["patch", "/repos/{owner}/{repo}/issues/comments/{comment_id}"],
  ["delete", "/repos/{owner}/{repo}/issues/comments/{comment_id}"],
  ["get", "/repos/{owner}/{repo}/pulls"],
  ["get", "/repos/{owner}/{repo}/pulls/{pull_number}"],
  ["get", "/repos/{owner}/{repo}/commits/{ref}/check-runs"],
  ["post", "/repos/{owner}/{repo}/check-runs"],
  ["patch", "/repos/{owner}/{repo}/check-runs/{check_run_id}"],
  // The shipped workflows ask these, not the action itself.
  ["get", "/repos/{owner}/{repo}/collaborators/{username}/permission"],
  ["get", "/repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs"],
  ["get", "/repos/{owner}/{repo}/actions/runs/{run_id}/artifacts"],
  ["get", "/repos/{owner}/{repo}/actions/artifacts/{artifact_id}"],
  ["get", "/repos/{owner}/{repo}/actions/artifacts/{artifact_id}/{archive_format}"],
] as const;

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Dict = { [key: string]: Json };

const whole = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as { paths: Dict; components: { schemas: Dict; parameters: Dict } };

/** Descriptions and examples say nothing to a validator. A property may be called "description", so only strings are dropped. */
function trimmed(node: Json): Json {
  if (Array.isArray(node)) return node.map(trimmed);
  if (node === null || typeof node !== "object") return node;
  const kept = Object.entries(node).filter(
    ([key, value]) => !((key === "description" || key === "title") && typeof value === "string") && key !== "example" && key !== "examples",
  );
  const result: Dict = Object.fromEntries(kept.map(([key, value]) => [key, trimmed(value)]));
  // OpenAPI 3.0 leaves null out of the enum of a nullable field; GitHub sends it, and JSON Schema wants it listed.
  if (result["nullable"] === true && Array.isArray(result["enum"])) result["enum"].push(null);
  return result;
}

const cut = OPERATIONS.map(([method, path]) => {
  const operation = (whole.paths[path] as Dict)[method] as Dict;
  const body = (operation["requestBody"] as Dict | undefined)?.["content"] as Dict | undefined;
  const answered = Object.entries(operation["responses"] as Dict).filter(([status]) => /^(?:2|302)/.test(status));
  const responses = answered.map(([status, answer]) => {
    const content = (answer as Dict)["content"] as Dict | undefined;
    return [status, trimmed((content?.["application/json"] as Dict | undefined)?.["schema"] ?? null)];
  });
  const parameters = (operation["parameters"] as Dict[]).map((one) =>
    typeof one["$ref"] === "string" ? (whole.components.parameters[one["$ref"].split("/").at(-1) ?? ""] as Dict) : one,
  );
  const places = (place: string): Dict =>
    Object.fromEntries(
      parameters.filter((one) => one["in"] === place).map((one) => [one["name"] as string, trimmed(one["schema"] ?? null)]),
    );
  return {
    method,
    path,
    parameters: { path: places("path"), query: places("query") },
    request: trimmed((body?.["application/json"] as Dict | undefined)?.["schema"] ?? null),
    responses: Object.fromEntries(responses) as Dict,
  };
});

/** Every component that the operations reach, however indirectly. */
function reached(node: Json): Dict {
  const found: Dict = {};
  const waiting = [node];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const [, name = ""] of JSON.stringify(next).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)) {
      if (found[name] !== undefined) continue;
      const schema = trimmed(whole.components.schemas[name] ?? null);
      found[name] = schema;
      waiting.push(schema);
    }
  }
  return found;
}

const components = { schemas: reached(cut) };
process.stdout.write(`${JSON.stringify({ source: "@octokit/openapi 23.0.2, api.github.com", operations: cut, components })}\n`);
