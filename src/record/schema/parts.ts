import { z } from "zod";
import { ENGINE_IDS, FAILURE_CLASSES, PHASES } from "../../model/index.ts";
import type { Cell, ExpectedFailure, Gate, PhaseSpan, ResolvedSetting, SkippedCell, Unit } from "../../model/index.ts";
import type { Same } from "./same.ts";

/** Small nouns that several stored documents share. Fields this version does not know are dropped, see `parse.ts`. */

export const milliseconds = z.number().nonnegative();
export const count = z.int().nonnegative();
export const timestamp = z.iso.datetime();
export const day = z.iso.date();
export const texts = z.record(z.string(), z.string());
export const engineId = z.enum(ENGINE_IDS);
export const failureClass = z.enum(FAILURE_CLASSES);
export const phase = z.enum(PHASES);

export const unit = z.enum([
  "ms",
  "s",
  "tokens/s",
  "requests/s",
  "requests",
  "tokens",
  "percent",
  "points",
  "bytes",
  "ratio",
  "count",
] as const satisfies readonly Unit[]);

export const cell = z.object({ id: z.string().min(1), engine: engineId, axes: texts, fingerprint: z.string() });

export const skippedCell = z.object({
  cell,
  kind: z.enum(["excluded", "unsupported", "identical", "over-budget", "other-job"]),
  reason: z.string(),
  sameAs: z.string().exactOptional(),
});

export const phaseSpan = z.object({ phase, fromMs: milliseconds, toMs: milliseconds, line: z.string().exactOptional() });

export const resolvedSetting = z.object({
  axis: z.string(),
  requested: z.string(),
  effect: z.enum(["as-requested", "fallback", "inert", "unverifiable"]),
  resolved: z.string().exactOptional(),
  evidence: z.string().exactOptional(),
  because: z.string().exactOptional(),
});

const amount = z.object({ value: z.number(), unit: z.enum(["%", "ms", "s", "points", "tokens/s", "requests/s", ""]) });

const gateScope = {
  when: texts.exactOptional(),
  workload: z
    .object({ input: z.number().exactOptional(), output: z.number().exactOptional(), concurrency: z.number().exactOptional() })
    .exactOptional(),
  informs: z.literal(true).exactOptional(),
  quarantine: z.object({ owner: z.string(), issue: z.string(), expires: day }).exactOptional(),
};

export const gate = z.discriminatedUnion("kind", [
  z.object({
    ...gateScope,
    kind: z.literal("relative"),
    text: z.string(),
    metric: z.string(),
    worse: z.enum(["drops", "rises"]),
    margins: z.array(amount),
  }),
  z.object({
    ...gateScope,
    kind: z.literal("limit"),
    text: z.string(),
    metric: z.string(),
    operator: z.enum(["<", "<=", ">", ">="]),
    limit: amount,
  }),
]);

export const expectedFailure = z.object({
  when: texts,
  class: failureClass,
  versions: z.string().exactOptional(),
  issue: z.string(),
  expires: day,
});

true satisfies Same<z.infer<typeof unit>, Unit>;
true satisfies Same<z.infer<typeof cell>, Cell>;
true satisfies Same<z.infer<typeof skippedCell>, SkippedCell>;
true satisfies Same<z.infer<typeof phaseSpan>, PhaseSpan>;
true satisfies Same<z.infer<typeof resolvedSetting>, ResolvedSetting>;
true satisfies Same<z.infer<typeof gate>, Gate>;
true satisfies Same<z.infer<typeof expectedFailure>, ExpectedFailure>;
