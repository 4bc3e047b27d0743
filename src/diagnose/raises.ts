import type { Clue } from "./signature.ts";

/** How a raised Python exception, or a value error that pydantic reports, begins. */
const RAISED = /^(?:\w{1,60}\.){0,8}\w{0,60}(?:Error|Exception|error)[:,] ?/;

interface Unless {
  readonly unless: RegExp;
}

/**
 * An exception whose message matches every pattern. Matching on the exception's own line keeps settings that are merely printed,
 * such as a dump of the arguments, from looking like complaints about them.
 */
export function raises(...parts: readonly (RegExp | Unless)[]): Clue {
  const match = parts.filter((part) => part instanceof RegExp);
  const unless = parts.find((part): part is Unless => !(part instanceof RegExp));
  return {
    has: ["Error: ", "Exception: ", "Value error, "],
    match: [RAISED, ...match],
    ...(unless === undefined ? {} : { unless: unless.unless }),
  };
}
