import type { Engine } from "../engine.ts";
import type { Inference } from "../model/index.ts";
import type { Line } from "../log/index.ts";
import type { Mischief, Script } from "../rules.ts";
import type { Rule } from "../scenario.ts";
import type { Settings } from "../settings.ts";
import type { Counters } from "./counters.ts";
import type { Pulse } from "./pulse.ts";

/** What the endpoints need of the server they belong to. */
export interface Service {
  readonly settings: Settings;
  readonly engine: Engine;
  readonly counters: Counters;
  readonly pulse: Pulse;
  readonly script: Script;
  /** Present when a model answers. */
  readonly inference: Inference | undefined;
  /** False until SGLang's own warm-up is over. */
  ready: boolean;
  /** Generation requests so far. */
  requests: number;
  readonly say: (lines: readonly Line[]) => void;
  /** Carry out a scripted death or hang. */
  readonly strike: (rule: Rule) => void;
}

/** Number a generation request, and let the script strike. */
export function numbered(service: Service): { readonly number: number; readonly mischief: Mischief } {
  service.requests += 1;
  const mischief = service.script.onRequest(service.requests);
  if (mischief.strike !== undefined) service.strike(mischief.strike);
  return { number: service.requests, mischief };
}
