import { h, type Html } from "./dom.ts";

/** A picture with its meaning in words. `wide` scrolls sideways on narrow screens instead of shrinking its text. */
export function svg(width: number, height: number, title: string, children: readonly Html[], wide = true): Html {
  return h(
    "svg",
    {
      viewBox: `0 0 ${round(width)} ${round(height)}`,
      width: round(width),
      height: round(height),
      class: wide ? "wide" : undefined,
      role: "img",
      "aria-label": title,
    },
    h("title", {}, title),
    children,
  );
}

export function line(x1: number, y1: number, x2: number, y2: number, css: string): Html {
  return h("line", { x1: round(x1), y1: round(y1), x2: round(x2), y2: round(y2), class: css });
}

export function text(x: number, y: number, content: string, css = ""): Html {
  return h("text", { x: round(x), y: round(y), class: css === "" ? undefined : css }, content);
}

export function circle(x: number, y: number, r: number, css: string): Html {
  return h("circle", { cx: round(x), cy: round(y), r, class: css });
}

export function rect(
  x: number,
  y: number,
  width: number,
  height: number,
  attributes: Readonly<Record<string, string | number | undefined>>,
  title?: string,
): Html {
  const box = { x: round(x), y: round(y), width: round(Math.max(0, width)), height: round(height), ...attributes };
  return h("rect", box, title === undefined ? undefined : h("title", {}, title));
}

export function path(points: readonly (readonly [number, number])[], css: string): Html {
  return h("path", { d: points.map(([x, y], i) => `${i === 0 ? "M" : "L"}${round(x)} ${round(y)}`).join(""), class: css });
}

/** Cut to what fits; 6.6 is a generous mean width of a character at 12.5 px, and wide characters count double. */
export function short(content: string, pixels: number): string {
  const room = Math.floor(pixels / 6.6);
  const size = (char: string): number => (/[^\u0000-\u2E7F]/u.test(char) ? 2 : 1);
  let used = 0;
  let taken = "";
  for (const char of content) {
    used += size(char);
    if (used > room) return `${taken.slice(0, -1)}…`;
    taken += char;
  }
  return taken;
}

/** Round steps that cover `max` in about `n` intervals: 1, 2 or 5 times a power of ten. */
export function ticks(max: number, n: number): readonly number[] {
  if (!(max > 0) || !Number.isFinite(max)) return [0];
  const raw = max / n;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= raw) ?? 10) * power;
  return Array.from({ length: Math.ceil(max / step - 1e-9) + 1 }, (_, i) => i * step);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
