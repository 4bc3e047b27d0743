/** A log line without what its printers put around it. */
export interface Message {
  /** The line without colour and trailing space, at most 2,000 characters. */
  readonly line: string;
  /** The line without colour, timestamps, ranks, pids and logger names. */
  readonly text: string;
  /** Which worker printed it, as the log names it. */
  readonly worker?: string;
  /** Printed at INFO, DEBUG or WARNING, or through Python's `warnings`. */
  readonly quiet: boolean;
  /** The text was found inside another message that reports it. */
  readonly unwrapped?: true;
}

const LINE_LIMIT = 2_000;
const TEXT_LIMIT = 4_000;

/** Escape sequences, also where a pager or a web page ate the escape character. */
// Where a log lost the escape itself at least a digit is left: "[multiproc_executor.py:600]" is no colour.
const COLOUR = /(?:\u001B|\^\[|ESC)\[[0-9;]{0,12}m|\[[0-9;]{1,12}m|\u001B\[[0-9;?]{0,12}[A-Za-z]/g;

/** Everything that printers put before a message, each tried at the start of what is left. */
const PREFIXES: readonly RegExp[] = [
  // journald and syslog, alone or under `grep -n`: Feb 26 17:41:39 host vllm[409441]:
  /^(?:\d{1,7}[:-])?[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S{1,80} [\w.@/-]{1,60}(?:\[\d{1,9}\])?: /,
  // the container runtime's own format, after its timestamp; Open MPI's --tag-output
  /^std(?:out|err) [FP] /,
  /^\[\d{1,6},\d{1,6}\]<std(?:out|err)>: ?/,
  // a bar that some collector put after its timestamp
  /^\| /,
  // docker compose, kubectl --prefix, srun --label
  /^[\w./-]{1,60} {1,4}\| /,
  /^\d{1,4}: /,
  // sglang: [2026-11-21 10:00:00 DP0 TP3 EP3]
  /^\[\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?Z?(?<worker>(?: (?:DP|PP|TP|EP|CP|ATTN|MOE)\w{0,12}){0,6})[^\]]{0,40}\]/,
  // plain timestamps: RFC 3339, syslog-like, bare clock
  /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?[,:]?/,
  /^\d\d:\d\d:\d\d(?:[.,]\d{1,9})? /,
  // vllm and ray: (Worker_TP3 pid=1), (VllmWorker rank=1 pid=2), (RayWorkerWrapper pid=3, ip=…)
  /^\((?<worker>[A-Za-z_][\w.:-]{0,60}(?: [\w=]{1,16}){0,3}) (?:pid|actor)=\w{1,12}(?:, ip=[^)]{1,60})?\)/,
  // the same without its pid, where somebody tidied the log
  /^\((?<worker>(?:EngineCore|APIServer|Worker|VllmWorker|RayWorkerWrapper|DPCoordinator)\w{0,30})\)/,
  // torch: [rank3]:[E227 16:30:43.526 ProcessGroupNCCL.cpp:1785]
  /^\[?(?<worker>rank ?\d{1,4})\]?:/,
  /^\[?(?<level>[IWEF])\d{3,4} [\d:.]{8,20}(?: +\d{1,9})? [^\]\n]{1,120}\]/,
  // vllm: ERROR 04-14 14:24:52 [core.py:592] and, before 0.7, ERROR 03-02 03:24:44 core.py:592]
  /^(?<level>[A-Z]{4,8}) \d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})? \[?[^\]\s]{1,120}\]/,
  // the same with another clock, or with none
  /^(?<level>DEBUG|INFO|WARNING|ERROR|CRITICAL) (?:\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:[.,]\d{1,6})? )?\[[\w./-]{1,80}\.py:\d{1,6}\]/,
  // sglang, outside its workers: WARNING server_args.py:1104: …
  /^(?<level>DEBUG|INFO|WARNING|ERROR|CRITICAL) [\w.]{1,60}\.py:\d{1,6}:/,
  // nccl: host:2777:5429 [0] NCCL INFO
  /^[\w.-]{1,80}:\d{1,9}:\d{1,9} \[\d{1,3}\] (?:[\w/.]{1,80}:\d{1,6} )?NCCL (?<level>[A-Z]{4,7})/,
  // uvicorn and logging: INFO:  [ERROR]  - WARNING -  | ERROR |
  /^\[?(?<level>DEBUG|INFO|WARNING|WARN|ERROR|CRITICAL|FATAL)(?:\]:?|:| -| \||(?= {2,}))/,
  // tracing, as Rust's routers and Dynamo print it: ERROR engine.launch:
  /^(?<level>DEBUG|INFO|WARN|WARNING|ERROR) [\w.]{1,60}(?:[.:]{1,2}\w{1,60}){1,6}: /,
  // logger name and its dash: `vllm.engine - `, `- `
  /^(?:[\w.]{1,60} )?- /,
];

/** Whatever bracket, bar or parenthesis a printer nobody foresaw closes before an exception. */
const FOREIGN = /^[^"']{0,160}?[\])|>] {1,4}(?=(?:[a-z_]\w{0,40}\.){0,8}[A-Z]\w{1,60}(?:Error|Exception): )/;

/** Exceptions that only carry another's message: what they carry is the text. */
const CARRIERS: readonly RegExp[] = [
  /^(?:Exception|RuntimeError): Capture (?:\w{1,10} )?cuda graph failed: (?<said>\S.*)$/i,
  /^RuntimeError: \('Worker failed with error %s[^']{0,120}', ["'](?<said>\S.*)["']\)$/,
  /^RuntimeError: Worker failed with error '(?<said>\S.*?)'(?:, please check the stack trace|$)/,
];
const NAMED = /^(?:\w{1,60}\.){0,8}\w{0,60}(?:Error|Exception): /;

/** Cuts what printers put around a message. Bounded work: at most ten prefixes, each anchored and of bounded length. */
export function normalise(raw: string): Message {
  const line = (raw.length > TEXT_LIMIT ? raw.slice(0, TEXT_LIMIT) : raw).replace(COLOUR, "").trimEnd();
  let text = line.trimStart();
  let worker: string | undefined;
  let level: string | undefined;
  for (let round = 0; round < 10; round += 1) {
    const found = firstPrefix(text);
    if (found === undefined) break;
    const said = found.groups?.["worker"]?.trim();
    // The innermost is the worker itself: (EngineCore_0 pid=1) (VllmWorker TP1 pid=2).
    if (said !== undefined && said !== "") worker = said;
    level = found.groups?.["level"] ?? level;
    text = text.slice(found[0].length).trimStart();
  }
  text = text.replace(FOREIGN, "");
  const carried = carriedBy(text);
  return {
    line: line.slice(0, LINE_LIMIT),
    text: carried ?? text,
    ...(carried === undefined ? {} : { unwrapped: true as const }),
    ...(worker === undefined ? {} : { worker }),
    quiet: isQuiet(level) || /^(?:\S{1,300}:\d{1,6}: )?\w{0,40}Warning: /.test(text),
  };
}

/** What a carrier says, with an exception's name before it so that it reads like one. */
function carriedBy(text: string): string | undefined {
  for (const carrier of CARRIERS) {
    const said = carrier.exec(text)?.groups?.["said"];
    if (said !== undefined) return NAMED.test(said) ? said : `Exception: ${said}`;
  }
  return undefined;
}

function firstPrefix(text: string): RegExpExecArray | undefined {
  for (const prefix of PREFIXES) {
    const found = prefix.exec(text);
    if (found !== null && found[0] !== "") return found;
  }
  return undefined;
}

function isQuiet(level: string | undefined): boolean {
  return level !== undefined && /^(?:D|I|W)/.test(level);
}
