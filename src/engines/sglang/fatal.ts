/** Lines after which no SGLang server serves. */
export const sglangFatal: readonly RegExp[] = [
  /error: unrecognized arguments:/,
  /error: argument .+: invalid (?:choice|\w+ value)/,
  /error: ambiguous option:/,
  /Scheduler hit an exception/,
  /Received sigquit from a child process/,
  /Subprocess \S+ \(pid=\d+\) crashed with exit code/,
  /Rank \d+ scheduler (?:is dead|died during initialization)/,
  /Initialization failed\. warmup error/,
  /(?:Capture cuda graph failed|Piecewise CUDA Graph failed with error):/,
  /CUDA error: (?:an illegal memory access was encountered|no kernel image is available)/,
  // 700 is the sticky error of an earlier kernel; a descriptor with a bad shape prints 1 and the assertion behind it decides.
  /Failed to initialize the TMA descriptor (?:due to an illegal memory access|700)/,
  /Not enough memory\. Please try to increase --mem-fraction-static/,
  /Scheduler watchdog timeout/,
  /\[Errno 98\]|address already in use/i,
];
