import { z } from "zod";
import type { HistoryFacts } from "../../model/index.ts";
import { count, timestamp } from "./parts.ts";
import type { Same } from "./same.ts";

const row = { fingerprint: z.string(), metric: z.string(), workload: z.string() };
const spread = z.number().nonnegative();

export const history = z.object({
  runs: count,
  from: timestamp,
  to: timestamp,
  noise: z.array(
    z.object({
      ...row,
      between: spread,
      betweenDf: spread,
      within: spread,
      withinDf: spread,
      window: z.object({ runs: count, launches: count }),
    }),
  ),
  marks: z.array(z.object({ ...row, against: z.enum(["best of 30 days", "anchor"]), value: z.number(), run: z.string(), at: timestamp })),
  unknowns: z.array(z.object({ fingerprint: z.string(), runs: count, from: timestamp, to: timestamp })).exactOptional(),
  served: z.record(z.string(), count).exactOptional(),
  notes: z.array(z.string()),
});

true satisfies Same<z.infer<typeof history>, HistoryFacts>;
