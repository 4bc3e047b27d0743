/** The servers Servegate knows how to launch; `command` is anything with an OpenAI-compatible endpoint. */
export const ENGINE_IDS = ["vllm", "sglang", "transformers", "rehearsal", "command"] as const;
export type EngineId = (typeof ENGINE_IDS)[number];

/** Name of a toggle as users write it, for example `piecewise-cuda-graph`. */
export type AxisId = string;

/** For people and for joining shards: `sglang/piecewise-cuda-graph=on,attention-backend=fa2`. Stable across runs. */
export type CellId = string;

/** One configuration of the server under test. */
export interface Cell {
  readonly id: CellId;
  readonly engine: EngineId;
  /** Requested value per axis, in the order of the matrix. */
  readonly axes: Readonly<Record<AxisId, string>>;
  /**
   * Hash (16 hex digits) of everything that changes the meaning of a measurement: engine, model, axes, user arguments and
   * environment. Baselines join on it, so a renamed cell keeps its history and a changed flag loses it.
   */
  readonly fingerprint: string;
}

/** The part of a cell's id after the engine, or `default` when the matrix is empty. */
export function axesText(axes: Readonly<Record<AxisId, string>>): string {
  const text = Object.entries(axes).map(([axis, value]) => `${axis}=${value}`);
  return text.length === 0 ? "default" : text.join(",");
}
