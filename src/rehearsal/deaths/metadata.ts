import type { Death } from "./death.ts";
import { PIECEWISE_FRAMES, traceback } from "./traceback.ts";

/** sglang#12067, first bug: piecewise warm-up runs a prefill with the metadata of decode. 0.5.4 only. */
export const decodeMetadata: Death = {
  at: () => "graphs",
  lines: (settings) =>
    traceback(
      settings,
      [
        ...PIECEWISE_FRAMES,
        [
          "layers/attention/flashinfer_backend.py",
          610,
          "forward_extend",
          "prefill_wrapper_paged = self.forward_metadata.prefill_wrappers[",
        ],
      ],
      "AttributeError: 'DecodeMetadata' object has no attribute 'prefill_wrappers'",
    ),
  end: { exit: 1 },
};
