interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly nullable?: boolean;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

/** The smallest value that a schema of GitHub's description accepts: required fields only, null wherever it may be. */
export function sample(schema: Schema, components: Readonly<Record<string, unknown>>): unknown {
  if (schema.nullable === true) return null;
  if (schema.$ref !== undefined) return sample(components[schema.$ref.split("/").at(-1) ?? ""] as Schema, components);
  const [first] = schema.anyOf ?? schema.oneOf ?? [];
  if (first !== undefined) return sample(first, components);
  if (schema.allOf !== undefined) return Object.assign({}, ...schema.allOf.map((part) => sample(part, components)));
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.type === "array") return [];
  if (schema.type === "boolean") return false;
  if (schema.type === "integer" || schema.type === "number") return 1;
  if (schema.type === "string") return text(schema.format);
  const required = schema.required ?? [];
  return Object.fromEntries(required.map((name) => [name, sample(schema.properties?.[name] ?? {}, components)]));
}

function text(format: string | undefined): string {
  if (format === "uri") return "https://github.example/x";
  return format === "date-time" ? "2026-11-21T10:00:00Z" : "x";
}
