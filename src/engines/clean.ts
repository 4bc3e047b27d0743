import type { Engine } from "./engine.ts";

// CSI sequences (colour, cursor), OSC sequences (titles, links) and single-character escapes.
const ANSI = /\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)|[@-Z\\-_])/g;

/**
 * One log line as patterns expect it: colour gone, and the engine's prefix of process, rank, time and level gone. Of a progress
 * bar that redraws itself with carriage returns, the last drawing is kept.
 */
export function cleanLine(raw: string, engine: Pick<Engine, "prefix">): string {
  const plain = raw.replace(ANSI, "").replace(/[\r\n]+$/, "");
  const drawn = plain.slice(plain.lastIndexOf("\r") + 1);
  return drawn.replace(engine.prefix, "");
}
