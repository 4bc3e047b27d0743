/** Access-log lines: most of them are our own looking. */
const ACCESS = /"(?:GET|POST|HEAD) \/\S* HTTP\/\d/;
/** Lines remembered; a server that cycles through more than this many is moving. */
const REMEMBERED = 500;

/**
 * Tells lines that show a server moving from those it repeats while it stands still ("Waiting for 1 local core engine proc(s)",
 * printed for two hours in vllm-rbln#1000). A progress bar's number moves; a clock in front was already taken off.
 */
export function progressReader(): (cleaned: string) => boolean {
  const seen = new Set<string>();
  return (cleaned) => {
    if (cleaned.trim() === "" || ACCESS.test(cleaned)) return false;
    const key = cleaned.slice(0, 300);
    // Moved to the end, so that what is repeated stays remembered.
    const known = seen.delete(key);
    seen.add(key);
    if (seen.size > REMEMBERED) seen.delete(seen.values().next().value ?? "");
    return !known;
  };
}
