import { satisfies, valid } from "@renovatebot/pep440";

/** Whether a version lies in a PEP 440 range; no range means always. */
export function inVersions(version: string, range: string | undefined): boolean {
  return range === undefined || satisfies(version, range, { prereleases: true });
}

export function isVersion(text: string): boolean {
  return valid(text) !== null;
}
