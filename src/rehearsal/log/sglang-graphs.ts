import type { Settings } from "../settings.ts";
import { inVersions } from "../versions.ts";
import { type Line, progress } from "./line.ts";
import { sglangLine } from "./sglang-line.ts";
import { type Step, onRanks } from "./step.ts";

const DECODE_SIZES = [
  1, 2, 4, 8, 12, 16, 24, 32, 40, 48, 56, 64, 72, 80, 88, 96, 104, 112, 120, 128, 144, 160, 192, 224, 256, 320, 384, 448, 512,
];
const PREFILL_SIZES = [
  4, 8, 12, 16, 20, 24, 28, 32, 48, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 640, 768, 1024, 1280, 1536, 2048,
];

/** Autotuning and graph capture, whose words and order changed in 0.5.5, 0.5.9 and 0.5.14. */
export function sglangGraphSteps(settings: Settings, seconds: number): Step[] {
  const tp = Number(settings.effective["tensor-parallel"]);
  const first = (text: string): Line => sglangLine(tp === 1 ? undefined : "TP0", text);
  const ranks = (text: string): Line[] => onRanks(tp, (rank) => sglangLine(tp === 1 ? undefined : `TP${rank}`, text));
  const newest = inVersions(settings.version, ">=0.5.14");
  const decode = settings.effective["decode-graph"] === "on" ? decodeSteps(newest, first, ranks, seconds * 0.4) : [];
  const prefill = prefillSteps(settings, first, ranks, seconds * 0.6);
  // A death in this phase belongs to prefill graphs where there are any, otherwise to the decode graphs.
  const crises = prefill.some((step) => step.crisis) ? decode.map(({ phase, share, lines }): Step => ({ phase, share, lines })) : decode;
  const autotune: Step[] = newest
    ? [
        {
          phase: "autotune",
          share: 1,
          crisis: true,
          lines: [first("Running FlashInfer autotune with cache: /root/.cache/sglang/flashinfer/autotune/rank_tp0_pp0_dp0.json")],
        },
        { phase: "autotune", share: 0, lines: [first("FlashInfer autotune completed.")] },
      ]
    : [];
  return newest ? [...autotune, ...prefill, ...crises] : [...crises, ...prefill];
}

type Ranks = (text: string) => Line[];
type First = (text: string) => Line;

function decodeSteps(newest: boolean, first: First, ranks: Ranks, seconds: number): Step[] {
  const total = DECODE_SIZES.length;
  const label = "Capturing batches (bs=1 avail_mem=38.07 GB)";
  const begin = newest
    ? ranks(
        `Capture target decode CUDA graph begin. backend=full, num_tokens_per_req=1, bs=[${DECODE_SIZES.join(", ")}], avail mem=39.48 GB`,
      )
    : [
        ...ranks("Capture cuda graph begin. This can take up to several minutes. avail mem=39.48 GB"),
        first(`Capture cuda graph bs [${DECODE_SIZES.join(", ")}]`),
      ];
  const end = newest
    ? ranks(`Capture target decode CUDA graph end. elapsed=${seconds.toFixed(2)} s, mem usage=1.44 GB, avail mem=38.05 GB`)
    : ranks(`Capture cuda graph end. Time elapsed: ${seconds.toFixed(2)} s. mem usage=1.44 GB. avail mem=38.05 GB.`);
  return [
    { phase: "graphs", share: 0.2, lines: [...begin, ...progress(label, total, [0], "it", seconds)] },
    { phase: "graphs", share: 0.2, crisis: true, lines: progress(label, total, [14], "it", seconds) },
    { phase: "graphs", share: 0, lines: [...progress(label, total, [total], "it", seconds), ...end] },
  ];
}

function prefillSteps(settings: Settings, first: First, ranks: Ranks, seconds: number): Step[] {
  const { version } = settings;
  const backend = String(settings.effective["prefill-graph-backend"]);
  const newest = inVersions(version, ">=0.5.14");
  const sizes = PREFILL_SIZES.join(", ");
  if (backend === "disabled") {
    if (newest)
      return [
        {
          phase: "graphs",
          share: 0,
          lines: [first("Disable prefill CUDA graph because cuda_graph_config resolved prefill.backend='disabled'")],
        },
      ];
    if (inVersions(version, ">=0.5.10")) {
      return [{ phase: "graphs", share: 0, lines: [first("Disable piecewise CUDA graph because --disable-piecewise-cuda-graph is set")] }];
    }
    return [];
  }
  const total = PREFILL_SIZES.length;
  const compiling = "Compiling num tokens (num_tokens=2048)";
  const capturing = "Capturing num tokens (num_tokens=4 avail_mem=36.20 GB)";
  const begin = newest
    ? ranks(`Capture target prefill CUDA graph begin. backend=${backend}, num_tokens=[${sizes}], avail mem=38.05 GB`)
    : [
        // 0.5.4 prints the sizes alone.
        ...(inVersions(version, ">=0.5.5") ? ranks("Capture piecewise CUDA graph begin. avail mem=38.05 GB") : []),
        first(`Capture cuda graph num tokens [${sizes}]`),
      ];
  const end = newest
    ? ranks(`Capture target prefill CUDA graph end. elapsed=${seconds.toFixed(2)} s, mem usage=1.85 GB, avail mem=36.20 GB`)
    : inVersions(version, ">=0.5.5")
      ? ranks(`Capture piecewise CUDA graph end. Time elapsed: ${seconds.toFixed(2)} s. mem usage=1.85 GB. avail mem=36.20 GB.`)
      : [];
  const compile: Step[] =
    backend === "tc_piecewise"
      ? [
          {
            phase: "graphs",
            share: 0.3,
            lines: [
              ...progress(compiling, total, [0], "it", seconds),
              first("Compiling a graph for dynamic shape takes 3.38 s"),
              ...progress(compiling, total, [total], "it", seconds),
            ],
          },
        ]
      : [];
  return [
    { phase: "graphs", share: 0.1, crisis: true, lines: begin },
    ...compile,
    { phase: "graphs", share: 0.2, lines: progress(capturing, total, [0], "it", seconds) },
    { phase: "graphs", share: 0, lines: [...progress(capturing, total, [total], "it", seconds), ...end] },
  ];
}
