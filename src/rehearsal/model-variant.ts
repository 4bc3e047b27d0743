import type { Variant } from "./model/index.ts";
import type { Script } from "./rules.ts";
import type { Settings } from "./settings.ts";

/** How the model computes under these settings, and which faults the scenario gives it. */
export function modelVariant({ effective }: Settings, script: Script): Variant {
  return {
    attention: effective["attention-kernel"] === "fa2" ? "one-pass" : "tiled",
    graphs: effective["decode-graph"] === "on",
    ranks: Number(effective["tensor-parallel"]) > 1 ? 2 : 1,
    fp8Cache: String(effective["kv-cache-dtype"]).startsWith("fp8"),
    faults: script.numeric,
  };
}
