import { z } from "zod";
import type { Event } from "../../model/index.ts";
import { checkResult } from "./check.ts";
import { diagnosis } from "./failure.ts";
import { cell, milliseconds, phase, resolvedSetting, skippedCell, texts, timestamp } from "./parts.ts";
import { cacheState, cellRecord, logPath, machineFacts, outcome, remedyTrials, runHeader, stopReport } from "./record.ts";
import type { Same } from "./same.ts";

const where = { cell: z.string().min(1), launch: z.int().positive() };

/** One line of `events.jsonl`. */
export const event = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("run-started"), at: timestamp, run: runHeader, machine: machineFacts, skipped: z.array(skippedCell) }),
  z.object({ kind: z.literal("cell-planned"), cell, notes: z.array(z.string()) }),
  z.object({
    kind: z.literal("launch-started"),
    at: timestamp,
    argv: z.array(z.string()),
    env: texts,
    log: logPath,
    url: z.string().exactOptional(),
    ...where,
  }),
  z.object({ kind: z.literal("launch-filled"), argv: z.array(z.string()), env: texts, caches: cacheState.exactOptional(), ...where }),
  z.object({ kind: z.literal("phase-entered"), phase, atMs: milliseconds, line: z.string().exactOptional(), ...where }),
  z.object({ kind: z.literal("effects-resolved"), resolved: z.array(resolvedSetting), ...where }),
  z.object({ kind: z.literal("check-started"), check: z.string(), workload: z.string(), ...where }),
  z.object({ kind: z.literal("progress"), text: z.string(), ...where }),
  z.object({ kind: z.literal("check-finished"), result: checkResult, ...where }),
  z.object({ kind: z.literal("launch-ended"), atMs: milliseconds, outcome, diagnosis: diagnosis.exactOptional(), ...where }),
  z.object({ kind: z.literal("server-stopped"), stop: stopReport, ...where }),
  z.object({ kind: z.literal("launch-voided"), reason: z.string(), ...where }),
  z.object({ kind: z.literal("remedies-tried"), result: remedyTrials }),
  z.object({ kind: z.literal("cell-bisected"), cell: cellRecord }),
  z.object({ kind: z.literal("run-finished"), at: timestamp, state: z.enum(["finished", "interrupted"]) }),
]);

true satisfies Same<z.infer<typeof event>, Event>;
