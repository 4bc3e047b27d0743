import { normalise } from "../diagnose/index.ts";
import type { Diagnosis } from "../model/index.ts";

/** Lines that say what was started, wherever they stand. */
const BANNER =
  /version \d|non-default args|server_args=ServerArgs|Initializing a V\d LLM engine|vLLM is using nccl|Resolved architecture|attention backend|all-reduce backends/;
/** Lines that only say that time passes. */
const TRAFFIC =
  /(?:Prefill|Decode) batch|Avg prompt throughput|"(?:GET|POST) \/\S{0,80} HTTP\/1|Received request |Added request |\d+%\|.{0,60}it\/s|Completed \| \d+\/\d+/;

const BANNERS = 12;
const BEFORE = 60;
const AFTER = 90;
const LAST = 40;
const WIDEST = 2_000;

/**
 * What of a server's log belongs into an issue: what was started, what stands around the first errors, and the end; only of the worker
 * that failed first and of nobody in particular. Gaps are marked. At most some 400 lines, each at most 2,000 characters.
 */
export function trimLog(all: readonly string[], diagnosis: Diagnosis): readonly string[] {
  const windows = centres(diagnosis).map((at) => [at - BEFORE, at + AFTER] as const);
  const kept: string[] = [];
  let banners = 0;
  let left = 0;
  for (const [index, raw] of all.entries()) {
    const at = index + 1;
    const message = normalise(raw);
    const banner = banners < BANNERS && BANNER.test(message.text);
    if (banner) banners += 1;
    const near = windows.some(([from, to]) => at >= from && at <= to) || at > all.length - LAST;
    const ours = message.worker === undefined || diagnosis.worker === undefined || isSame(message.worker, diagnosis.worker);
    if (banner || (near && ours && !TRAFFIC.test(message.line))) {
      if (left > 0) kept.push(gap(left));
      left = 0;
      kept.push(message.line.length > WIDEST ? `${message.line.slice(0, WIDEST)}…` : message.line);
    } else left += 1;
  }
  if (left > 0) kept.push(gap(left));
  return kept;
}

function gap(lines: number): string {
  return `[… ${lines} ${lines === 1 ? "line" : "lines"} left out …]`;
}

/** The first line of the root's class, and the first thing of any kind that went wrong. */
function centres({ class: root, findings }: Diagnosis): number[] {
  const wrong = findings.filter((finding) => finding.level !== "note");
  const first = wrong.find((finding) => finding.class === root || finding.signature === "unknown");
  return [first, wrong[0]].flatMap((finding) => (finding === undefined ? [] : [finding.at]));
}

/** `Worker_TP3` also prints as `EngineCore` before it has its name, and parents speak for their children. */
function isSame(worker: string, blamed: string): boolean {
  return worker === blamed || /^(?:EngineCore|APIServer)/.test(worker);
}
