import { createHash } from "node:crypto";
import { clustersOf } from "./cluster.ts";
import { normalise } from "./normalise.ts";

/**
 * Sixteen hex digits that stay the same when the same failure happens again elsewhere: frames by module and function, the
 * exception with numbers, addresses, paths and quoted names taken out. Without an error, the last lines stand for the log.
 */
export function fingerprint(lines: Iterable<string>): string {
  const all = [...lines];
  const cluster = clustersOf(all).find((one) => one.grave) ?? clustersOf(all)[0];
  const text = cluster === undefined ? all.slice(-5).map(anonymous) : [...framesOf(cluster.lines), anonymous(cluster.says)];
  return createHash("sha256").update(text.join("\n")).digest("hex").slice(0, 16);
}

function framesOf(lines: readonly string[]): string[] {
  return lines.flatMap((line) => {
    const frame = /^File "([^"]{1,400})", line \d+, in (\S{1,200})/.exec(normalise(line).text);
    return frame === null ? [] : [`${moduleOf(frame[1] ?? "")}:${frame[2]}`];
  });
}

/** The path below the place where it is installed. */
function moduleOf(path: string): string {
  const inside = /(?:site-packages|dist-packages|lib\/python3\.\d+)\/(?!.*(?:site-packages|dist-packages)\/)(.+)$/.exec(path)?.[1];
  return inside ?? path.split("/").slice(-2).join("/");
}

/** A message without what changes from run to run. */
function anonymous(line: string): string {
  return normalise(line)
    .text.replace(/0x[0-9a-f]+/gi, "0x")
    .replace(/(?:\/[\w.@+-]+){2,}/g, "/…")
    .replace(/[0-9a-f]{8}-[0-9a-f-]{20,27}/gi, "#")
    .replace(/\d+(?:[.,:]\d+)*/g, "#");
}
