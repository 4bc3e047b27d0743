import type { Found } from "../../load/index.ts";
import { measure, metricOf } from "../../metrics/index.ts";
import type { BenchOptions, Level } from "./plan.ts";

/** One level for people: what was done, whether to believe it, the numbers. */
export function resultText({ name, result }: Level, titled: boolean): string {
  const rows = measure(result.samples, name).map((value) => {
    const metric = metricOf(value.metric);
    const interval =
      value.low === undefined || value.high === undefined
        ? ""
        : `  (${value.low.toFixed(metric?.digits)} … ${value.high.toFixed(metric?.digits)})`;
    return `  ${(metric?.title ?? value.metric).padEnd(36)} ${value.value.toFixed(metric?.digits)} ${value.unit}${interval}  n=${value.n}`;
  });
  const errors = Object.entries(result.errors).map(
    ([kind, count]) => `  ${kind}: ${count} — ${result.examples[kind as keyof typeof result.examples] ?? ""}`,
  );
  const why = { cancelled: "cancelled", "server-gone": "the server died", failing: "every request failed" } as const;
  const { stopped, validity, server } = result;
  return [
    ...(titled ? [`── ${name}`] : []),
    `${result.completed} of ${result.asked} requests completed.`,
    ...(stopped === undefined ? [] : [`Stopped ${(stopped.atMs / 1000).toFixed(1)} s after the start: ${why[stopped.why]}.`]),
    ...(errors.length === 0 ? [] : ["Errors:", ...errors]),
    ...(Object.values(result.examples).some((text) => /out of vocabulary/i.test(text))
      ? ["The model has fewer tokens than prompts were drawn from: say which it has, such as --vocabulary 100:500."]
      : []),
    `The numbers are ${validity.state}${validity.reasons.length === 0 ? "." : `: ${validity.reasons.join("; ")}.`}`,
    // What is left after a death is not the server's performance.
    ...(stopped?.why === "server-gone" ? [] : rows),
    ...(server?.ttftGapP50Ms === undefined
      ? []
      : [
          `  The server's own times of each request: first token ${server.ttftGapP50Ms.toFixed(1)} ms before it was here (median; p99 ${server.ttftGapP99Ms?.toFixed(1)} ms).`,
        ]),
    ...(server?.ttftMeanMs === undefined ? [] : [`  The server itself says: first token after ${server.ttftMeanMs.toFixed(1)} ms (mean).`]),
  ].join("\n");
}

/** The end of a search for people. */
export function findText({ best, broken, probes }: Found, options: BenchOptions): string {
  const unit = options.find === "rate" ? "requests/s" : "requests in flight";
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  const tried = probes.map(({ load, attained }) => `  ${Number(load.toPrecision(4))} ${unit}: ${percent(attained)} within the SLO`);
  const verdict =
    best === undefined
      ? `No load tried meets the SLO for ${percent(options.attain)} of requests.`
      : `Highest load that meets the SLO: ${Number(best.load.toPrecision(4))} ${unit} (${percent(best.attained)} of requests)${
          broken === undefined ? "; the limit was not reached" : `; ${Number(broken.load.toPrecision(4))} does not`
        }.`;
  return ["Search:", ...tried, verdict].join("\n");
}
