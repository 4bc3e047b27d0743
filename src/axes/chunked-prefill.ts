import type { Axis } from "./axis.ts";
import { reading, sglangField, vllmField } from "./reading.ts";
import { vllmSwitch } from "./vllm-switch.ts";

/** Prefill of a long prompt in pieces, between the decode steps of others. */
export const chunkedPrefill: Axis = {
  id: "chunked-prefill",
  title: "prefill in pieces",
  values: ["on", "off"],
  reference: "on",
  engines: {
    sglang: [
      {
        values: { on: { args: [], proof: sglang() }, off: { args: ["--chunked-prefill-size", "-1"], proof: sglang() } },
        source: "sglang --help: a size of -1 switches chunking off",
      },
    ],
    vllm: vllmSwitch("--enable-chunked-prefill", vllm()),
  },
};

function sglang() {
  return {
    readings: [
      reading(/^max_total_num_tokens=\d+, chunked_prefill_size=-1\b/, "off"),
      reading(/^max_total_num_tokens=\d+, chunked_prefill_size=\d+/, "on"),
      ...sglangField("chunked_prefill_size", "-1", "off"),
      ...sglangField("chunked_prefill_size", "\\d+", "on"),
    ],
  };
}

function vllm() {
  return { readings: [vllmField("enable_chunked_prefill", "True", "on"), vllmField("enable_chunked_prefill", "False", "off")] };
}
