import { array, assert, constantFrom, oneof, property, string } from "fast-check";
import { describe, expect, it } from "vitest";
import { formatOf, formats, markdown } from "../../src/report/index.ts";
import { HOSTILE, hostileStory, SAMPLES, viewOf, wide } from "../fakes/views.ts";
import { story } from "../fakes/story.ts";
import { parseXml, type XmlNode } from "../fakes/xml.ts";

/** What GitHub's runner would obey: `::command` at the start of a trimmed line, `##[command]` anywhere; lines end at \r too. */
function commands(text: string): string[] {
  return text.split(/\r\n|\r|\n/).filter((line) => /^\s*::[\w-]/.test(line) || line.includes("##["));
}

/** Places where a value was printed that is none. */
function holes(text: string): string[] {
  const found = [...text.matchAll(/\bundefined\b|\bNaN\b|\bInfinity\b|∞|\[object |(?<![\w.,-])-0\b(?![.-])/g)];
  return found.slice(0, 3).map((hole) => text.slice(Math.max(0, hole.index - 60), hole.index + 30));
}

/** Markdown with code spans and fences taken out: what is left is read as markup. */
function markup(text: string): string {
  const lines: string[] = [];
  let fence = "";
  for (const line of text.split("\n")) {
    const mark = /^(`{3,})/.exec(line)?.[1] ?? "";
    if (fence === "" && mark !== "") fence = mark;
    else if (fence !== "" && line === fence) fence = "";
    else if (fence === "") lines.push(line.replace(/(?<!`)`[^`]+`(?!`)/g, "CODE"));
  }
  expect(fence, "a fence is left open").toBe("");
  return lines.join("\n");
}

const names = Object.keys(SAMPLES);
const views = new Map(names.map((name) => [name, viewOf(SAMPLES[name]?.() ?? story())]));
const rendered = new Map<string, string>();
function render(id: string, name: string): string {
  const key = `${id} ${name}`;
  const known = rendered.get(key);
  if (known !== undefined) return known;
  const format = formats.find((one) => one.id === id);
  const view = views.get(name);
  if (format === undefined || view === undefined) throw new Error(`no ${key}`);
  const text = format.render(view);
  rendered.set(key, text);
  return text;
}

describe.each(formats.map((format) => format.id))("the %s format", (id) => {
  it.each(names)("prints %s without a hole", (name) => {
    const text = render(id, name);
    expect(text.length).toBeGreaterThan(100);
    expect(holes(text)).toEqual([]);
  });

  it.each(names)("gives a runner that prints %s no command", (name) => {
    expect(commands(render(id, name))).toEqual([]);
  });

  it("carries no control, invisible or bidirectional character from a log", () => {
    expect(render(id, "a record full of hostile text")).not.toMatch(
      /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069\uFEFF]/,
    );
  });

  it("says the verdict and the next step", () => {
    const text = render(id, "the story of SGLang #12067");
    expect(text).toContain("1 regression and 2 broken cells of 8");
    // JUnit has no place for advice.
    expect(text.replaceAll(/\s+/g, " ").includes("Fix the crash first")).toBe(id !== "junit");
  });

  it("says that a rehearsal is one, and only of a rehearsal", () => {
    expect(render(id, "its rehearsal")).toContain("rehearsal (simulated)");
    expect(render(id, "the story of SGLang #12067")).not.toContain("simulated)");
  });

  it("is found by its id", () => {
    expect(formatOf(id).id).toBe(id);
  });
});

it("prints a matrix of 256 cells with eight metrics each in every format", () => {
  const view = viewOf(wide(256));
  const lengths = formats.map((format) => format.render(view).length);
  expect(Math.min(...lengths)).toBeGreaterThan(10_000);
  expect(markdown(view).length).toBeLessThanOrEqual(60_000);
});

describe("the terminal format", () => {
  it.each(names)("keeps %s within 96 columns, pasteable commands with one long word excepted", (name) => {
    const lines = render("terminal", name).split("\n");
    const wide = lines.filter((line) => columnsOf(line) > 96);
    expect(wide.filter((line) => !/^ {6,8}\S+( \\)?$|^ {6,8}\$?'/.test(line))).toEqual([]);
  });

  it("says the same without colour", () => {
    const view = viewOf(story());
    const coloured = formatOf("terminal").render(view, { colour: true });
    expect(coloured).toContain("\u001B[31m");
    expect(coloured.replace(/\u001B\[\d+m/g, "")).toBe(formatOf("terminal").render(view, { colour: false }));
  });
});

/** Markdown with nothing left out for length. */
function whole(name: string): string {
  return markdown(views.get(name) ?? viewOf(story()), { limit: 10_000_000 });
}

describe("the markdown format", () => {
  it("keeps hostile text out of the markup", () => {
    const text = markup(whole("a record full of hostile text"));
    const tags = [...text.matchAll(/<\/?([a-z!][a-z0-9-]*)[^>]*>?/gi)].map((tag) => tag[0]);
    expect([...new Set(tags)].sort()).toEqual([
      "</code>",
      "</details>",
      "</sub>",
      "</summary>",
      "<br>",
      "<code>",
      "<details>",
      "<sub>",
      "<summary>",
    ]);
    expect(text).not.toMatch(/\]\(|!\[|\]\[/);
    expect(text).not.toMatch(/@(?!\u200B)/);
    expect(text).not.toMatch(/(?<!&)#\d/);
    expect(text).not.toMatch(/GH-\d|:\/\/|www\.|<!--/i);
    expect(text).not.toMatch(/\b[0-9a-f]{40}\b/);
  });

  it("opens and closes the same folds whatever the log says", () => {
    const folds = (text: string): string[] => [...markup(text).matchAll(/<\/?details>/g)].map((tag) => tag[0]);
    expect(folds(whole("a record full of hostile text"))).toEqual(folds(whole("its rehearsal")));
  });

  it.each(names)("gives every row of a table of %s as many cells as its head", (name) => {
    const tables = markup(whole(name)).matchAll(/^\|.*\|\n\|[ :|-]+\|\n(?:\|.*\|\n?)*/gm);
    for (const [table] of tables) {
      const widths = new Set(
        table
          .trim()
          .split("\n")
          .map((row) => row.split("|").length),
      );
      expect([...widths]).toHaveLength(1);
    }
  });

  const astral = viewOf(hostileStory("🦀𝟙".repeat(400)));
  it.each([400, 1_000, 10_000, 60_000, 65_535, 65_536, 65_537])("stays under %i UTF-16 units with astral characters", (limit) => {
    const text = markdown(astral, { limit });
    expect(text.length).toBeLessThanOrEqual(limit);
    expect(text).not.toMatch(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/);
  });

  it("says what it left out, least important first, and keeps verdict and next step to the end", () => {
    const view = viewOf(story());
    const full = markdown(view, { limit: 1_000_000 });
    expect(full).not.toContain("Shortened to fit");
    const one = markdown(view, { limit: full.length - 10 });
    expect(one).toContain("_Shortened to fit: the checklist left out here and kept in the other reports._");
    const short = markdown(view, { limit: 2_000 });
    expect(short.split("\n")[0]).toBe("## ❌ 1 regression and 2 broken cells of 8");
    expect(short).toContain("**Next:** Fix the crash first");
  });

  it("lets no string whatever open markup, mention anyone or command the runner", () => {
    const pieces = array(
      oneof(
        string({ unit: "binary" }),
        constantFrom(...HOSTILE.split(" ").filter((word) => word.length < 60), "\n", "\r", "\n\n", "`", "|", "\\"),
      ),
      { maxLength: 12 },
    );
    assert(
      property(pieces, (parts) => {
        const text = markdown(viewOf(hostileStory(parts.join(""))));
        expect(commands(text)).toEqual([]);
        const left = markup(text);
        expect(left).not.toMatch(/@(?!\u200B)|(?<!&)#\d|\]\(|!\[|:\/\//);
        expect(left).not.toMatch(/<(?!\/?(?:code|details|summary|sub)>|br>)/);
      }),
      { numRuns: 15, seed: 12067 },
    );
  });
});

describe("the junit format", () => {
  it.each(names)("writes %s as well-formed XML whose totals are true", (name) => {
    const root = parseXml(render("junit", name));
    expect(root.name).toBe("testsuites");
    const suites = root.children;
    expect(suites.every((suite) => suite.name === "testsuite")).toBe(true);
    for (const suite of [root, ...suites]) {
      const cases = all(suite, "testcase");
      expect({
        tests: cases.length,
        failures: all(suite, "failure").length,
        errors: all(suite, "error").length,
        skipped: all(suite, "skipped").length,
      }).toEqual({
        tests: Number(suite.attributes["tests"]),
        failures: Number(suite.attributes["failures"]),
        errors: Number(suite.attributes["errors"]),
        skipped: Number(suite.attributes["skipped"]),
      });
    }
  });
});

describe("the html format", () => {
  it.each(names)("loads nothing and runs nothing for %s", (name) => {
    const text = render("html", name);
    expect(text).toContain(`http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;`);
    const tags = [...text.matchAll(/<([a-z][a-z0-9]*)((?:\s+[\w-]+="[^"]*")*)\s*\/?>/g)];
    expect(
      tags
        .map((tag) => tag[1])
        .filter((tag) => /^(script|link|img|iframe|object|embed|base|form|video|audio|image|use|foreignObject)$/.test(tag ?? "")),
    ).toEqual([]);
    const attributes = tags.flatMap((tag) =>
      [...(tag[2] ?? "").matchAll(/\s([\w-]+)="([^"]*)"/g)].map(([, key = "", value = ""]) => ({ key, value })),
    );
    expect(attributes.filter(({ key }) => /^(src|srcset|xlink|action|formaction|poster|data|on\w+)$/.test(key))).toEqual([]);
    expect(
      attributes.filter(
        ({ key, value }) => key === "href" && !/^https:\/\/github\.com\/[\w.-]+\/[\w.-]+\/(issues|pull|commit)\/\w+$/.test(value),
      ),
    ).toEqual([]);
    expect(attributes.filter(({ key, value }) => key === "style" && !/^background:#[0-9a-f]{3,6}$/.test(value))).toEqual([]);
    expect(text).not.toMatch(/@import|url\(/);
  });

  it.each(names)("nests every element of %s and draws inside its pictures", (name) => {
    const text = render("html", name)
      .replace(/^<!doctype html>\n/, "")
      .replace(/<style>[^<]*<\/style>/, "")
      .replace(/<(meta|br|hr)\b([^>]*)>/g, "<$1$2/>");
    const root = parseXml(text);
    for (const picture of all(root, "svg")) {
      expect(picture.attributes["aria-label"]?.length).toBeGreaterThan(10);
      const [, , width = 0, height = 0] = (picture.attributes["viewBox"] ?? "").split(" ").map(Number);
      for (const mark of [...all(picture, "circle"), ...all(picture, "rect"), ...all(picture, "line"), ...all(picture, "text")]) {
        const x = Number(mark.attributes["cx"] ?? mark.attributes["x"] ?? mark.attributes["x2"]);
        const y = Number(mark.attributes["cy"] ?? mark.attributes["y"] ?? mark.attributes["y2"]);
        expect({ inside: x >= 0 && x <= width && y >= 0 && y <= height, x, y, width, height }).toMatchObject({ inside: true });
      }
    }
  });
});

function all(node: XmlNode, name: string): XmlNode[] {
  return node.children.flatMap((child) => [...(child.name === name ? [child] : []), ...all(child, name)]);
}

function columnsOf(line: string): number {
  let total = 0;
  for (const char of line)
    total += /\p{Mn}|\u200B/u.test(char)
      ? 0
      : /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFF00-\uFF60\u{1F300}-\u{1FAFF}\u{20000}-\u{3FFFD}]/u.test(char)
        ? 2
        : 1;
  return total;
}
