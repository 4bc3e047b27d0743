import { parseAst } from "rolldown/parseAst";

/** One small change of a source: the text from `start` to `end` becomes `to`. */
export interface Mutant {
  readonly kind: string;
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly from: string;
  readonly to: string;
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

/** The operators are those of Stryker's defaults: https://stryker-mutator.io/docs/mutation-testing-elements/supported-mutators/ */
const BINARY: Readonly<Record<string, readonly string[]>> = {
  "<": ["<=", ">="],
  "<=": ["<", ">"],
  ">": [">=", "<="],
  ">=": [">", "<"],
  "===": ["!=="],
  "!==": ["==="],
  "+": ["-"],
  "-": ["+"],
  "*": ["/"],
  "/": ["*"],
  "%": ["*"],
  "**": ["*"],
};
const LOGICAL: Readonly<Record<string, string>> = { "&&": "||", "||": "&&", "??": "&&" };
const ASSIGNED: Readonly<Record<string, string>> = { "+=": "-=", "-=": "+=", "*=": "/=", "/=": "*=", "??=": "&&=" };
const METHODS: Readonly<Record<string, string>> = {
  every: "some",
  some: "every",
  min: "max",
  max: "min",
  ceil: "floor",
  floor: "ceil",
  startsWith: "endsWith",
  endsWith: "startsWith",
};
/** Methods whose call gives way to the list they are called on. */
const DROPPED = new Set(["filter", "slice", "toSorted", "toReversed"]);

/** Every mutant of a TypeScript source, in the order of the text. Types, imports and messages of thrown errors are left alone. */
export function mutantsOf(source: string): Mutant[] {
  const found: Mutant[] = [];
  const add = (kind: string, { start, end }: Pick<Node, "start" | "end">, to: string): void => {
    const from = source.slice(start, end);
    if (from !== to) found.push({ kind, line: source.slice(0, start).split("\n").length, start, end, from, to });
  };
  visit(parseAst(source, { lang: "ts" }) as unknown as Node, source, add);
  return found.toSorted((a, b) => a.start - b.start || a.end - b.end);
}

type Add = (kind: string, where: Pick<Node, "start" | "end">, to: string) => void;

function visit(node: Node, source: string, add: Add): void {
  if (skipped(node)) return;
  mutate(node, source, add);
  for (const [key, value] of Object.entries(node)) {
    if (key === "typeAnnotation" || key === "returnType" || key === "typeParameters" || key === "typeArguments") continue;
    for (const child of Array.isArray(value) ? (value as unknown[]) : [value]) if (isNode(child)) visit(child, source, add);
  }
}

function skipped({ type }: Node): boolean {
  const kept = ["TSAsExpression", "TSNonNullExpression", "TSSatisfiesExpression"];
  return type.startsWith("Import") || type === "ThrowStatement" || (type.startsWith("TS") && !kept.includes(type));
}

function mutate(node: Node, source: string, add: Add): void {
  const text = ({ start, end }: Node): string => source.slice(start, end);
  const between = (left: Node, right: Node, operator: string): Pick<Node, "start" | "end"> => {
    const start = source.indexOf(operator, left.end);
    if (start < 0 || start >= right.start) throw new Error(`no ${operator} between ${text(left)} and ${text(right)}`);
    return { start, end: start + operator.length };
  };
  const { left, right, operator, test, argument, body } = node as Node & Readonly<Record<string, Node>> & { readonly operator: string };
  switch (node.type) {
    case "BinaryExpression":
      for (const to of BINARY[operator] ?? []) add("operator", between(left as Node, right as Node, operator), to);
      return;
    case "LogicalExpression":
      if (LOGICAL[operator] !== undefined) add("logical", between(left as Node, right as Node, operator), LOGICAL[operator]);
      return;
    case "AssignmentExpression":
      if (ASSIGNED[operator] !== undefined) add("assignment", between(left as Node, right as Node, operator), ASSIGNED[operator]);
      return;
    case "IfStatement":
    case "ConditionalExpression":
      for (const to of ["true", "false"]) add("condition", test as Node, to);
      return;
    case "WhileStatement":
    case "ForStatement":
      if (isNode(test)) add("condition", test, "false");
      return;
    case "UnaryExpression":
      if (operator === "!" || operator === "-") add("sign", node, ` ${text(argument as Node)}`);
      return;
    case "UpdateExpression":
      add("update", node, text(node).replace(operator, operator === "++" ? "--" : "++"));
      return;
    case "Literal":
      return literal(node, add);
    case "TemplateLiteral":
      if (text(node) !== "``") add("text", node, "``");
      return;
    case "ArrayExpression":
      if ((node["elements"] as unknown[]).length > 0) add("list", node, "[]");
      return;
    case "ReturnStatement":
      if (isNode(argument) && text(argument) !== "undefined") add("return", argument, "undefined as never");
      return;
    case "ArrowFunctionExpression":
      if (isNode(body) && body.type !== "BlockStatement") add("arrow", body, "(undefined as never)");
      return;
    case "MemberExpression":
      if (node["optional"] === true)
        add("optional", between(node["object"] as Node, node["property"] as Node, "?."), node["computed"] === true ? "" : ".");
      return;
    case "CallExpression":
      return call(node, source, add);
    default:
  }
}

function literal(node: Node, add: Add): void {
  const { value } = node;
  if (typeof value === "boolean") add("literal", node, String(!value));
  if (typeof value === "number") add("literal", node, value === 0 ? "1" : value === 1 ? "2" : "0");
  if (typeof value === "string") add("text", node, value === "" ? '"mutant"' : '""');
}

function call(node: Node, source: string, add: Add): void {
  const callee = node["callee"] as Node;
  const property = callee["property"];
  if (callee.type !== "MemberExpression" || !isNode(property) || callee["computed"] === true) return;
  const name = source.slice(property.start, property.end);
  const other = METHODS[name];
  if (other !== undefined) add("method", property, other);
  if (DROPPED.has(name)) add("method", { start: (callee["object"] as Node).end, end: node.end }, "");
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof (value as Partial<Node>).type === "string";
}
