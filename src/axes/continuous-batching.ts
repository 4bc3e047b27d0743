import type { Axis, Proof } from "./axis.ts";
import { reading } from "./reading.ts";

/** Continuous batching with paged attention. Each request's log line says whether it was used. */
export const continuousBatching: Axis = {
  id: "continuous-batching",
  title: "continuous batching",
  values: ["on", "off"],
  reference: "off",
  engines: {
    transformers: [
      {
        values: { on: { args: ["--continuous-batching"], proof: proof() }, off: { args: [], proof: proof() } },
        source: "transformers 5.23 cli/serve.py, cli/serving/completion.py",
      },
    ],
  },
};

function proof(): Proof {
  return {
    readings: [
      reading(/\[Request received\] Model: .*, CB: True/, "on"),
      reading(/\[Request received\] Model: .*, CB: False/, "off"),
      reading(/does not support continuous batching\. Falling back/, "off"),
    ],
  };
}
