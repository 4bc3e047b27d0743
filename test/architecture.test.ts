import { readFileSync, readdirSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const SRC = resolve(import.meta.dirname, "../src");

/** The door table of src/README.md: room → rooms it may import. */
function doors(): Map<string, Set<string>> {
  const readme = readFileSync(join(SRC, "README.md"), "utf8");
  const table = readme.slice(readme.indexOf("## Doors"), readme.indexOf("## Invariants"));
  const rows = table.split("\n").filter((line) => line.startsWith("| ") && !line.startsWith("| Room") && !line.startsWith("| ---"));
  const cells = rows.map((row) => row.split("|").map((cell) => cell.trim()));
  return new Map(cells.map(([, room = "", may = ""]) => [room, new Set(may === "–" ? [] : may.split(/, */))]));
}

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return sources(path);
    return path.endsWith(".ts") ? [path] : [];
  });
}

const files = sources(SRC);
const roomOf = (path: string): string => relative(SRC, path).split("/")[0] ?? "";
const imports = (path: string): string[] =>
  [...readFileSync(path, "utf8").matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map((match) => match[1] ?? "");

describe("the house plan", () => {
  it("has a row in the door table for every room, and a room for every row", () => {
    const rooms = new Set(files.map(roomOf));
    expect([...rooms].filter((room) => !doors().has(room))).toEqual([]);
    expect([...doors().keys()].filter((room) => !rooms.has(room))).toEqual([]);
  });

  it("is kept by every import", () => {
    const table = doors();
    const broken = files.flatMap((path) =>
      imports(path)
        .filter((target) => target.startsWith("."))
        .map((target) => resolve(dirname(path), target))
        .filter((target) => target.startsWith(`${SRC}/`))
        .filter((target) => roomOf(target) !== roomOf(path))
        .filter((target) => {
          const may = table.get(roomOf(path)) ?? new Set();
          return !may.has("everything") && !may.has(roomOf(target));
        })
        .map((target) => `${relative(SRC, path)} → ${relative(SRC, target)}`),
    );
    expect(broken).toEqual([]);
  });

  it("lets rooms be entered by their index only", () => {
    const sneaked = files.flatMap((path) =>
      imports(path)
        .filter((target) => target.startsWith("."))
        .map((target) => resolve(dirname(path), target))
        .filter((target) => target.startsWith(`${SRC}/`))
        .filter((target) => roomOf(target) !== roomOf(path) && !target.endsWith("/index.ts") && !target.endsWith(".json"))
        .map((target) => `${relative(SRC, path)} → ${relative(SRC, target)}`),
    );
    expect(sneaked).toEqual([]);
  });

  it("starts processes in shell alone, the rehearsal program excepted", () => {
    const starters = files.filter((path) => imports(path).some((name) => /^(node:)?child_process$|^execa$|^@actions\/exec$/.test(name)));
    expect([...new Set(starters.map(roomOf))].filter((room) => room !== "shell" && room !== "rehearsal")).toEqual([]);
  });

  it("knows GitHub in github and action alone", () => {
    const knowing = files.filter((path) => imports(path).some((name) => name.startsWith("@actions/") && name !== "@actions/exec"));
    expect([...new Set(knowing.map(roomOf))].filter((room) => room !== "github" && room !== "action")).toEqual([]);
  });

  it("reads no clock, no environment and no file in the pure rooms", () => {
    const pure = new Set(
      [...doors().keys()].filter((room) =>
        /^(model|stats|metrics|axes|engines|config|plan|compare|diagnose|attribute|judge|report)$/.test(room),
      ),
    );
    const impure = files
      .filter((path) => pure.has(roomOf(path)))
      .filter((path) =>
        /\bDate\.now\(|new Date\(\)|process\.(env|hrtime|cwd)|performance\.now|from "node:(fs|net|http|child_process|os)/.test(
          readFileSync(path, "utf8"),
        ),
      );
    expect(impure.map((path) => relative(SRC, path))).toEqual([]);
  });
});
