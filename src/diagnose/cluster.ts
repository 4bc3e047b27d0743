import { normalise, type Message } from "./normalise.ts";

/** Lines that belong to one error nobody has a signature for. */
export interface Cluster {
  /** 1-based number of its first and last line. */
  readonly from: number;
  readonly to: number;
  /** Oldest first, at most 120. */
  readonly lines: readonly string[];
  /** The line that names the error: the exception under a traceback, the message of the runtime. */
  readonly says: string;
  readonly worker?: string;
  /** False for a mere ERROR line, which many healthy servers print. */
  readonly grave: boolean;
  /** From the web front end while it handled one request: the request failed, the server did not. */
  readonly request: boolean;
  /** An ERROR line from where vLLM logs at that level only when an engine process or worker goes down. */
  readonly dying: boolean;
  /** What it says was only carried by a wrapper's message. */
  readonly carried: boolean;
  /** A traceback whose exception is not in the log: it ends before. */
  readonly cut: boolean;
}

/** Literals that open a cluster; nothing else is looked at while none is open. */
export const CLUSTER_OPENERS = [
  "Traceback (most recent call last)",
  "ERROR ",
  "Error: ",
  "AssertionError",
  "NotImplementedError",
  "Exception: ",
  "Fatal Python error",
  "Segmentation fault",
  "terminate called",
  "core dumped",
  "Error('",
  'Error("',
  "NVMLError",
  "panicked at",
  "LLVM ERROR",
  "Aborted",
  "fatal error",
  "CUDA error: ",
  "HIP error: ",
] as const;

const LONGEST = 120;
const MOST = 6;
/** How far above an exception its frames are looked for. */
const FRAMES = 40;

const EXCEPTION =
  /^Exception: |^(?:[a-z_]\w{0,60}\.){0,8}[A-Za-z_]\w{0,60}(?:(?:Error|Exception|Failure|Unsupported|Exit|Interrupt|NotFound|Timeout)(?:_\w{1,40})?(?::|$)|(?:Error|Exception)\(["'])/;
const HARMLESS = /^(?:KeyboardInterrupt|SystemExit|GeneratorExit|(?:[a-z_]\w*\.)*CancelledError)\b/;
const REQUEST = /entrypoints\/|in run_asgi|starlette\/|serving_\w{1,40}\.py|fastapi\//;
const NATIVE =
  /Fatal Python error|Segmentation fault|terminate called|core dumped|panicked at|LLVM ERROR|^Aborted|: fatal error|^(?:.{0,60}: )?(?:CUDA|HIP) error: /;

/** A traceback's frame, or the marks under its code. */
const FRAME = /^(?:File "|[\^~]+$)/;

/** vLLM's loggers of the end of its engine processes and workers. */
const DYING =
  /\bERROR (?:\d\d-\d\d \d\d:\d\d:\d\d )?\[?(?:core|engine|multiproc_executor|multiproc_worker_utils|async_llm_engine|worker_base)\.py:\d{1,6}\]/;

interface Open {
  readonly from: number;
  readonly lines: string[];
  readonly worker?: string;
  readonly bareBody: boolean;
  readonly said?: string;
}

/** Collects what looks like an error, a bounded number of times. */
export interface ClusterCollector {
  /** True while a traceback is open, so that its lines must be shown too. */
  readonly open: boolean;
  /** `back` gives the raw line so many lines before this one; frames above an exception that has no traceback's heading are taken from there. */
  push(message: Message, at: number, back?: (lines: number) => string): void;
  /** The log ended. */
  close(): readonly Cluster[];
}

/** The first errors of a log, in order. */
export function clusterCollector(): ClusterCollector {
  const clusters: Cluster[] = [];
  let current: Open | undefined;
  /** The last plain ERROR message: vLLM's old engine prints what an exception says above its traceback. */
  let plain: { message: Message; at: number } | undefined;
  const end = (to: number, says: string, grave: boolean, { carried = false, cut = false } = {}): void => {
    if (current === undefined) return;
    const { from, lines, worker } = current;
    current = undefined;
    if (!HARMLESS.test(says))
      clusters.push({
        from,
        to,
        lines,
        says,
        grave,
        dying: lines.length === 1 && DYING.test(lines[0] ?? ""),
        carried,
        cut,
        request: lines.some((line) => REQUEST.test(line)),
        ...(worker === undefined ? {} : { worker }),
      });
  };
  const start = (message: Message, at: number, frames: readonly string[]): void => {
    const said = plain !== undefined && plain.message.worker === message.worker && at - plain.at <= 2 ? plain.message.text : undefined;
    current = {
      from: at,
      lines: [...frames, message.line],
      // SGLang logs a whole traceback as one record, so that only its head carries the rank.
      bareBody: !message.text.startsWith("Traceback"),
      ...(message.worker === undefined ? {} : { worker: message.worker }),
      ...(said === undefined ? {} : { said }),
    };
  };
  return {
    get open() {
      return current !== undefined;
    },
    push(message, at, back = () => "") {
      if (current !== undefined) {
        if (message.worker === current.worker || (current.bareBody && message.worker === undefined)) {
          current.lines.push(message.line);
          if (EXCEPTION.test(message.text)) end(at, message.text, true, { carried: message.unwrapped === true });
        }
        if (current !== undefined && (current.lines.length >= LONGEST || at - current.from > 5 * LONGEST))
          end(at, current.said ?? current.lines[0] ?? "", true);
        return;
      }
      if (clusters.length >= MOST) return;
      const { text } = message;
      if (text.includes("Traceback (most recent call last)")) return start(message, at, []);
      const grave = !message.quiet && (EXCEPTION.test(text) || NATIVE.test(text));
      if (!grave && (message.quiet || !/\bERROR\b/.test(message.line))) return;
      if (!grave && text !== "" && !FRAME.test(text)) plain = { message, at };
      start(message, at, grave ? framesAbove(message, back) : []);
      end(at, text, grave, { carried: message.unwrapped === true });
    },
    close() {
      if (current !== undefined) {
        const { from, lines, said } = current;
        end(from + lines.length - 1, said ?? lines.at(-1)?.trim() ?? "", true, { cut: true });
      }
      return clusters;
    },
  };
}

/** The frames that stand above an exception, oldest first: an excerpt may begin in the middle of a traceback. */
function framesAbove(exception: Message, back: (lines: number) => string): string[] {
  const frames: string[] = [];
  for (let lines = 1; lines <= FRAMES; lines += 1) {
    const raw = back(lines);
    if (raw === "") break;
    const { line, text, worker } = normalise(raw);
    if (worker !== exception.worker) continue;
    if (!FRAME.test(text) && !/(?:^|\]|\)) {2,}\S/.test(line)) break;
    frames.unshift(line);
  }
  return frames;
}

/** The clusters of finished lines. */
export function clustersOf(lines: Iterable<string>): readonly Cluster[] {
  const collector = clusterCollector();
  const before: string[] = [];
  for (const line of lines) {
    collector.push(normalise(line), before.length + 1, (back) => before.at(-back) ?? "");
    before.push(line);
  }
  return collector.close();
}
