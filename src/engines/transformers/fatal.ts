/** Lines after which `transformers serve` does not serve. The process then ends by itself; these only name it sooner. */
export const transformersFatal: readonly RegExp[] = [
  /^Error: No such option/,
  /^Error: Invalid value/,
  /Missing dependencies for serving\./,
  /Unsupported attention implementation:/,
  /is not a local folder and is not a valid model identifier/,
  /Application startup failed\. Exiting\./,
  /\[Errno 98\]|address already in use/i,
];
