import { z } from "zod";
import { axes } from "../axes/index.ts";
import type { Axis } from "../axes/index.ts";
import * as shape from "./shape/index.ts";

const condition = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

/** The whole document as one schema. The reader goes section by section instead, so that one broken section hides no other. */
const document = z.strictObject({
  version: shape.version,
  engine: shape.engine,
  "engine-version": shape.engineVersion.optional(),
  model: shape.model,
  launch: shape.launch.optional(),
  machine: shape.machine.optional(),
  matrix: matrix().optional(),
  launches: shape.launches.optional(),
  budget: shape.budget.optional(),
  confirm: shape.confirm.optional(),
  advisory: shape.advisory.optional(),
  bisect: shape.bisect.optional(),
  remedies: shape.remedies.optional(),
  "expected-failures": z.array(shape.expectedFailure).optional(),
  smoke: z.union([z.boolean(), shape.smoke]).optional(),
  accuracy: z.array(shape.accuracy).optional(),
  numerics: z.union([z.boolean(), shape.numerics]).optional(),
  throughput: z.array(shape.throughput).optional(),
  baseline: z.union([z.string(), shape.baseline]).optional(),
  gates: z.array(z.union([shape.gate, shape.gateEntry])).optional(),
  rehearsal: shape.rehearsal.optional(),
});

export const documentKeys: readonly string[] = Object.keys(document.shape);

/** The form of `.github/servegate.yml` as JSON Schema (draft 7), for editors. Kept at `src/config/servegate.schema.json`. */
export function configJsonSchema(): object {
  const { $schema, ...rest } = z.toJSONSchema(document, { target: "draft-7", io: "input" });
  return { $schema, title: "Servegate configuration", description: ".github/servegate.yml", ...rest };
}

function matrix() {
  const known = axes.map((axis) => [axis.id, z.array(value(axis)).min(1).describe(axis.title).optional()] as const);
  return z.strictObject({ ...Object.fromEntries(known), exclude: z.array(condition).optional(), include: z.array(condition).optional() });
}

function value(axis: Axis): z.ZodType {
  if ("pattern" in axis.values) return z.union([z.string().regex(axis.values.pattern), z.number()]);
  const named = z.enum(axis.values as readonly [string, ...string[]]);
  return axis.values.includes("on") || axis.values.includes("off") ? z.union([named, z.boolean(), z.enum(["yes", "no"])]) : named;
}
