import type { Axis } from "./axis.ts";
import { reading, sglangField, vllmArgument } from "./reading.ts";
import { vllmSwitch } from "./vllm-switch.ts";

const ran = reading(/Running FlashInfer autotune|\[Autotuner\]: Autotuning process starts/, "on");

/** FlashInfer's choice of kernels by timing them at start-up: minutes that look like a hang. */
export const autotune: Axis = {
  id: "flashinfer-autotune",
  title: "FlashInfer's autotuning at start-up",
  values: ["on", "off"],
  reference: "off",
  engines: { sglang: sglang(), vllm: vllm() },
};

function sglang() {
  const readings = [ran, ...sglangField("disable_flashinfer_autotune", "(?:true|True)", "off")];
  return [
    {
      versions: ">=0.5.9",
      values: {
        on: { args: [], proof: { readings, silenceSaysNothing: true } },
        off: { args: ["--disable-flashinfer-autotune"], proof: { readings } },
      },
      source: "sglang --help of 0.5.9 to 0.5.23",
    },
    {
      versions: "<0.5.9",
      values: {},
      refusals: "SGLang had no switch for it when 0.5.4 was released; the first help that lists one is that of 0.5.9",
      source: "sglang --help of 0.5.4",
    },
  ];
}

function vllm() {
  const readings = [
    ran,
    vllmArgument("enable_flashinfer_autotune", "False", "off"),
    vllmArgument("enable_flashinfer_autotune", "True", "on"),
  ];
  return [
    ...vllmSwitch("--enable-flashinfer-autotune", { readings }, ">=0.16,<0.33"),
    { versions: "<0.16", values: {}, refusals: "vLLM has no switch for it in the help of 0.15", source: "vLLM --help of 0.15" },
  ];
}
