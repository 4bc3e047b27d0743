import { Ajv, type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";
import description from "./openapi.json" with { type: "json" };

interface Operation {
  readonly method: string;
  readonly pattern: RegExp;
  readonly path: ValidateFunction;
  readonly query: ValidateFunction;
  readonly request: ValidateFunction | undefined;
  readonly answer: ValidateFunction | undefined;
  readonly success: number;
}

/** One exchange as the loopback GitHub saw it. */
export interface Exchange {
  readonly method: string;
  readonly url: URL;
  readonly body: unknown;
  readonly status: number;
  readonly answer: unknown;
}

// Compiling the schemas takes longer than a test.
const OPERATIONS = operations();

/** Everything in a request or a successful answer that GitHub's own OpenAPI description does not allow, in sentences. */
export function violationsOf({ method, url, body, status, answer }: Exchange): readonly string[] {
  const route = `${method} ${url.pathname}`;
  const operation = OPERATIONS.find((one) => one.method === method.toLowerCase() && one.pattern.test(url.pathname));
  if (operation === undefined) return [`${route}: not an operation that Servegate or its workflows should use`];
  // The validator turns texts into numbers in place, as a server reads them.
  const query: Record<string, unknown> = Object.fromEntries(url.searchParams);
  const path: Record<string, unknown> = { ...operation.pattern.exec(url.pathname)?.groups };
  const checks: [string, ValidateFunction | undefined, unknown][] = [
    ["path", operation.path, path],
    ["query", operation.query, query],
    ["request", operation.request, body],
    ...(status >= 400 ? [] : [["answer", operation.answer, answer] as [string, ValidateFunction | undefined, unknown]]),
  ];
  return [
    ...checks
      .filter(([, validate, value]) => validate?.(value) === false)
      .map(([what, validate]) => `${route} ${what}: ${JSON.stringify(validate?.errors)}`),
    ...(status < 400 && status !== operation.success ? [`${route}: answered with ${status}`] : []),
  ];
}

function operations(): Operation[] {
  const ajv = addFormats.default(new Ajv({ strict: false, validateFormats: true }));
  const texts = addFormats.default(new Ajv({ strict: false, validateFormats: true, coerceTypes: true }));
  ajv.addSchema({ $id: "github", components: description.components });
  const compile = (schema: unknown): ValidateFunction =>
    ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"github#/components/')) as object);
  const parameters = (properties: object): ValidateFunction => texts.compile({ type: "object", properties, additionalProperties: false });
  return description.operations.map(({ method, path, parameters: { path: inPath, query }, request, responses }) => {
    const [success = "200", answer] = Object.entries(responses)[0] ?? [];
    return {
      method,
      pattern: new RegExp(`^${path.replaceAll(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`),
      path: parameters(inPath),
      query: parameters(query),
      request: request === null ? undefined : compile(request),
      answer: answer === null ? undefined : compile(answer),
      success: Number(success),
    };
  });
}
