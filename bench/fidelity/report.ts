import type { Errors } from "./errors.ts";

/** One client in one scene: medians over its runs. */
export interface Row {
  readonly scene: string;
  readonly client: string;
  readonly runs: number;
  readonly errors?: Errors;
}

const COLUMNS = [
  "Client",
  "Token seen late by p50 / p99",
  "TTFT bias",
  "TPOT bias",
  "Throughput error",
  "Failed",
  "CPU per token",
  "Peak memory",
  "Tokens/s",
  "Runs",
];
const NAMES: Readonly<Record<string, string>> = {
  bare: "bare socket reader (the limit)",
  ours: "**servegate bench**",
  "ours, 2 workers": "**servegate bench**, 2 workers",
};

/** The table as Markdown, one part a scene, with the ratios that the bars are about. */
export function report(rows: readonly Row[], about: { readonly machine: string; readonly peers: readonly string[] }): string {
  const scenes = [...new Set(rows.map(({ scene }) => scene))];
  return [
    `Machine: ${about.machine}. Server pinned to core 0, client to core 1, both at raised priority. Medians of runs in turn. Peers: ${about.peers.join(", ") || "none"}.`,
    ...scenes.map((scene) =>
      part(
        scene,
        rows.filter((row) => row.scene === scene),
      ),
    ),
    "Late: receive time as the client has it minus the stamp that the server took just before its write. Requests leave over a second (10,000: five), after 16 requests of warm-up, by each client's own options. TTFT bias: median over requests of the client's TTFT minus (first stamp − request read by the server). TPOT bias: relative, median over requests. Throughput error: against tokens / (last stamp − first request read). CPU: of the whole process, without that of a run of the same warm-up and one stream. `guidellm` keeps no time per token and has no warm-up by requests.",
  ].join("\n\n");
}

function part(scene: string, rows: readonly Row[]): string {
  const lines = rows.map(({ client, errors, runs }) => {
    const cells = errors === undefined ? ["did not end", "", "", "", "", "", "", "", "0"] : [...cellsOf(errors), String(runs)];
    return `| ${[NAMES[client] ?? client, ...cells].join(" | ")} |`;
  });
  const head = [`| ${COLUMNS.join(" | ")} |`, `|${" --- |".repeat(COLUMNS.length)}`];
  return [`**${scene}**`, "", ...head, ...lines, ...ratios(rows)].join("\n");
}

function cellsOf({
  lateP50Ms,
  lateP99Ms,
  ttftBiasMs,
  tpotBiasShare,
  throughputError,
  failed,
  cpuUsPerToken,
  peakMiB,
  tokensPerSecond,
}: Errors): string[] {
  return [
    lateP50Ms === undefined || lateP99Ms === undefined ? "–" : `${lateP50Ms.toFixed(2)} / ${lateP99Ms.toFixed(lateP99Ms < 10 ? 2 : 0)} ms`,
    ttftBiasMs === undefined ? "–" : `${ttftBiasMs.toFixed(2)} ms`,
    tpotBiasShare === undefined ? "–" : percent(tpotBiasShare),
    throughputError === undefined ? "–" : percent(throughputError),
    String(failed),
    `${cpuUsPerToken.toFixed(1)} µs`,
    `${peakMiB.toFixed(0)} MiB`,
    Math.round(tokensPerSecond).toLocaleString("en-US"),
  ];
}

function ratios(rows: readonly Row[]): string[] {
  const of = (client: string): Errors | undefined => rows.find((row) => row.client === client)?.errors;
  const [ours, bare] = [of("ours"), of("bare")];
  if (ours === undefined) return [];
  const against = rows.filter(({ client, errors }) => !["bare", "ours"].includes(client) && errors?.lateP99Ms !== undefined);
  const best = against.toSorted((a, b) => (a.errors?.lateP99Ms ?? 0) - (b.errors?.lateP99Ms ?? 0))[0];
  const vllm = of("vllm bench serve");
  const two = of("ours, 2 workers");
  const said = [
    bare?.lateP99Ms === undefined || bare.lateP50Ms === undefined || ours.lateP99Ms === undefined || ours.lateP50Ms === undefined
      ? []
      : [
          `ours / bare: p50 ${times(ours.lateP50Ms / bare.lateP50Ms)}, p99 ${times(ours.lateP99Ms / bare.lateP99Ms)}, CPU ${times(ours.cpuUsPerToken / bare.cpuUsPerToken)}`,
        ],
    best?.errors?.lateP99Ms === undefined || ours.lateP99Ms === undefined
      ? []
      : [`best peer (${best.client}) / ours: p99 ${times(best.errors.lateP99Ms / ours.lateP99Ms)}`],
    vllm === undefined ? [] : [`vllm bench serve / ours: CPU per token ${times(vllm.cpuUsPerToken / ours.cpuUsPerToken)}`],
    two === undefined
      ? []
      : [`2 workers / 1: ${times(two.tokensPerSecond / ours.tokensPerSecond)} (on the one core that the client has here)`],
  ].flat();
  return said.length === 0 ? [] : ["", `Ratios: ${said.join("; ")}.`];
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}

function times(ratio: number): string {
  return `${ratio.toFixed(ratio < 10 ? 2 : 0)}×`;
}
