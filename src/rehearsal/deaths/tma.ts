import { type Line, raw } from "../log/index.ts";
import type { Settings } from "../settings.ts";
import type { Death } from "./death.ts";
import { CAPTURE_FRAMES, PIECEWISE_FRAMES, traceback } from "./traceback.ts";

/** What CUTLASS writes to stderr when a tensor map cannot be encoded (cute/atom/copy_traits_sm90_tma.hpp); the number is the CUresult. */
function dump(address: string, memory: string, globalDim: string, strides: string, result: number): Line {
  const fields = [
    `TMA Desc Addr:   ${address}`,
    "format         9",
    "dim            4",
    `gmem_address   ${memory}`,
    `globalDim      (${globalDim})`,
    `globalStrides  (${strides})`,
    "boxDim         (64,128,1,1,1)",
    "elementStrides (1,1,1,1,1)",
    "interleave     0",
    "swizzle        3",
    "l2Promotion    2",
    "oobFill        0",
    `Error: Failed to initialize the TMA descriptor ${result}`,
  ];
  return raw("stderr", `${fields.join("\n")}\n`);
}

/** sglang#12067, second bug: a dimension of zero from the dummy batch of graph capture reaches CUTLASS. */
export const tmaInvalid: Death = {
  at: () => "graphs",
  lines: (settings) => [
    dump("0x7ffd2c0f1b40", "0x7f2a4e000000", "128,0,8,1,4", "2,2048,256,0,0", 1),
    dump("0x7ffd2c0f1b40", "0x7f2a4e200000", "128,0,8,1,4", "2,2048,256,0,0", 1),
    ...traceback(
      settings,
      settings.dialect === "vllm"
        ? CAPTURE_FRAMES
        : [
            ...PIECEWISE_FRAMES,
            ["layers/attention/flashinfer_backend.py", 646, "forward_extend", "o = self.prefill_wrapper_ragged.forward("],
          ],
      "torch.AcceleratorError: CUDA error: invalid argument",
    ),
  ],
  end: { exit: 1 },
};

/** The Kimi K2 story: a sticky 700 of an earlier kernel, seen first by a tensor map and then by custom all-reduce. */
export const kimiTma700: Death = {
  at: () => "graphs",
  lines: (settings: Settings) => [
    raw("stderr", "\n"),
    dump("0x7ffe713d1840", "0x7a537eee3000", "128,16,2,61647,1", "2,512,256,8192,0", 700),
    dump("0x7ffc69b82d40", "0x79c066ee3000", "128,16,2,61647,1", "2,512,256,8192,0", 700),
    ...Array.from({ length: Number(settings.effective["tensor-parallel"]) }, () =>
      raw("stdout", "Failed: Cuda error /workspace/csrc/custom_all_reduce.cuh:455 'an illegal memory access was encountered'\n"),
    ),
  ],
  // The check in the kernel library prints and leaves with 1: no traceback of the worker.
  end: { exit: 1 },
};
