import type { Axis } from "./axis.ts";
import { sglangField, vllmField } from "./reading.ts";
import { vllmSwitch } from "./vllm-switch.ts";

/** Reuse of the KV cache between prompts that begin alike. SGLang calls it the radix cache. */
export const prefixCaching: Axis = {
  id: "prefix-caching",
  title: "reuse of the KV cache between prompts",
  values: ["on", "off"],
  reference: "off",
  engines: {
    sglang: [
      {
        values: { on: { args: [], proof: sglang() }, off: { args: ["--disable-radix-cache"], proof: sglang() } },
        source: "sglang --help of 0.5.4 to 0.5.23",
      },
    ],
    vllm: vllmSwitch("--enable-prefix-caching", vllm()),
  },
};

function sglang() {
  return {
    readings: [
      ...sglangField("disable_radix_cache", "(?:false|False)", "on"),
      ...sglangField("disable_radix_cache", "(?:true|True)", "off"),
    ],
  };
}

function vllm() {
  return { readings: [vllmField("enable_prefix_caching", "True", "on"), vllmField("enable_prefix_caching", "False", "off")] };
}
