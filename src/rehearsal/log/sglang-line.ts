import { type Dress, type Line, two } from "./line.ts";

/** `[2026-11-21 10:00:00 TP0] text`; the main process and a single GPU have no rank. */
export const dressSglang: Dress = (line, now) => {
  if (line.raw === true) return line.text;
  const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  const time = `${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}`;
  return `[${day} ${time}${line.who === undefined ? "" : ` ${line.who}`}] ${line.text}\n`;
};

/** A logger's line; SGLang logs to stderr. */
export function sglangLine(who: string | undefined, text: string): Line {
  return { to: "stderr", text, ...(who === undefined ? {} : { who }) };
}
