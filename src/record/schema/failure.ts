import { z } from "zod";
import type { Diagnosis, Failure } from "../../model/index.ts";
import { count, failureClass, milliseconds, phase, texts } from "./parts.ts";
import type { Same } from "./same.ts";

const scene = { phase, logTail: z.array(z.string()) };

export const failure = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("spawn"), message: z.string() }),
  z.object({ kind: z.literal("exited"), exitCode: z.int().exactOptional(), signal: z.string().exactOptional(), ...scene }),
  z.object({ kind: z.literal("fatal-line"), line: z.string(), ...scene }),
  z.object({ kind: z.literal("hang"), silentForMs: milliseconds, limitMs: milliseconds, ...scene }),
  z.object({ kind: z.literal("wrong-server"), expected: z.string(), found: z.string(), ...scene }),
  z.object({ kind: z.literal("check"), check: z.string(), message: z.string(), ...scene }),
]);

const finding = z.object({
  signature: z.string(),
  class: failureClass,
  title: z.string(),
  level: z.enum(["cause", "symptom", "note"]),
  line: z.string(),
  at: count,
  worker: z.string().exactOptional(),
});

const remedy = z.object({ text: z.string(), axes: texts.exactOptional(), command: z.string().exactOptional() });

export const diagnosis = z.object({
  class: failureClass,
  title: z.string(),
  rootCause: z.string(),
  confidence: z.enum(["certain", "likely", "guess"]),
  phase: phase.exactOptional(),
  worker: z.string().exactOptional(),
  evidence: z.array(z.string()),
  remedies: z.array(remedy),
  findings: z.array(finding),
  sources: z.array(z.string()),
  fingerprint: z.string().exactOptional(),
  infra: z.string().exactOptional(),
});

true satisfies Same<z.infer<typeof failure>, Failure>;
true satisfies Same<z.infer<typeof diagnosis>, Diagnosis>;
