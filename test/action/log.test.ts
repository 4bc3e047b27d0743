import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { harmless } from "../../src/action/log.ts";
import { commandsIn } from "../fakes/runner-commands.ts";

const STRINGS = 100_000;

/** Pieces of commands, line ends of every kind, blanks of every kind, and what hides them. */
const PIECES = [
  "::|##[|]|::add-mask::|::Add-Mask::x|##[add-mask]|##[error file=a;line=1]|::error file=a,line=1::|::stop-commands::x|::x::|::set-env name=A::".split(
    "|",
  ),
  ["::set-output name=a::b", "##[group]", "::endgroup::", "#", "[", ":", "%0A::debug::", "%25", "add-matcher", "::add-matcher::m.json"],
  ["\r", "\n", "\r\n", "\u0085", "\u2028", "\u2029", "\v", "\f", "\0", " ", "\t", "\u00A0", "\u3000", "\uFEFF", "\u200B", "\u180E"],
  ["\u001B[31m", "\u001B[0m", "\u001B", "\u009B31m", "\u202E", "\u0008", "word", "100%|█████| 5/5", "\uD83E", "\uDDEA"],
].flat();

const hostile = fc.array(fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...PIECES) }, { weight: 1, arbitrary: fc.string() }), {
  maxLength: 9,
});
const strings = fc.sample(hostile, { numRuns: STRINGS, seed: 20_261_122 }).map((pieces) => pieces.join(""));

describe("what a server said, on its way into the job log", () => {
  it("is a command to a runner in a fair share of the generated strings before we touch it", () => {
    expect(strings.filter((text) => commandsIn(text).length > 0).length).toBeGreaterThan(STRINGS / 10);
  });

  it(`holds no command that the runner would recognise, in ${STRINGS} strings, even without the window`, () => {
    expect(strings.filter((text) => commandsIn(harmless(text)).length > 0)).toEqual([]);
  });

  it("stays readable: words, indentation and line ends are kept", () => {
    expect(harmless("a\r\n  b 50%\rc ##[x] ::y::")).toBe("a\n  b 50%\nc ##\u200B[x] ::y::");
    expect(harmless("\u001B[31mred\u001B[0m")).toBe("red");
  });

  it(`is printed between stop-commands and a token that ${STRINGS} strings cannot end`, { timeout: 60_000 }, () => {
    const folder = mkdtempSync(join(tmpdir(), "servegate-log-"));
    const source = resolve(import.meta.dirname, "../../src/action/log.ts");
    writeFileSync(join(folder, "strings.json"), JSON.stringify(strings));
    writeFileSync(
      join(folder, "print.mjs"),
      `import { readFileSync } from "node:fs";
import { printGuarded } from ${JSON.stringify(source)};
for (const text of JSON.parse(readFileSync(${JSON.stringify(join(folder, "strings.json"))}, "utf8"))) printGuarded(text);
process.stdout.write("::notice::still listening\\n");`,
    );
    const output = execFileSync(process.execPath, [join(folder, "print.mjs")], { maxBuffer: 512 * 1024 * 1024 }).toString();
    const commands = commandsIn(output);
    expect(commands.filter((command) => command.name !== "stop-commands")).toEqual([
      { name: "notice", properties: {}, data: "still listening" },
    ]);
    expect(new Set(commands.map((command) => command.data)).size).toBe(STRINGS + 1);
  });
});
