import { explain, gte } from "@renovatebot/pep440";

/**
 * True when a PEP 440 version is the release `bound` or later; false when it cannot be read. A development build counts as the
 * release it leads to.
 */
export function isAtLeast(version: string, bound: string): boolean {
  const read = explain(version);
  return read !== null && gte(read.base_version, bound);
}
