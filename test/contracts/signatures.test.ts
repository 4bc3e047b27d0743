import { readFileSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { axes } from "../../src/axes/index.ts";
import { diagnose, signatures, SPECIFICITY, type Signature } from "../../src/diagnose/index.ts";

const CORPUS = resolve(import.meta.dirname, "../corpus");
const read = (folder: string, file: string): string[] => readFileSync(resolve(CORPUS, folder, file), "utf8").split("\n");

/** `<signature id>.log`, `<signature id>.2.log`… */
const samples = readdirSync(resolve(CORPUS, "failures")).map((file) => ({ file, id: file.replace(/(?:\.\d+)?\.log$/, "") }));
const byId = new Map(signatures.map((signature) => [signature.id, signature]));

/** A command of a remedy starts as one of these: a flag, a variable, or a program people have. */
const COMMAND =
  /^(?:-{1,2}[A-Za-z][\w.=-]*|[A-Z][A-Z0-9_]*=|(?:pip|docker|nvidia-smi|nvidia-ctk|rm|dmesg|df|ss|ls|systemctl|apt-get|py-spy|python|vllm|echo)\b)/;

function literalsOf(signature: Signature): string[] {
  return signature.clues.flatMap((clue) => [clue.has].flat());
}

describe("the shelf of signatures", () => {
  it("gives every signature its own id and title", () => {
    expect(byId.size).toBe(signatures.length);
    expect(new Set(signatures.map((signature) => signature.title)).size).toBe(signatures.length);
  });

  it("has a sample for every signature and a signature for every sample", () => {
    expect(signatures.filter((signature) => !samples.some((sample) => sample.id === signature.id)).map((one) => one.id)).toEqual([]);
    expect(samples.filter((sample) => !byId.has(sample.id))).toEqual([]);
  });

  it.each(samples)("finds the root cause of $file, and no precise cause of another class", ({ file, id }) => {
    const diagnosis = diagnose(read("failures", file));
    const signature = byId.get(id);
    // Below `general` are those who only noticed, and what became of a process; they accompany every failure and never outrank it.
    const strangers = diagnosis.findings.filter(
      (finding) =>
        finding.level === "cause" &&
        finding.class !== signature?.class &&
        (byId.get(finding.signature)?.specificity ?? Infinity) >= SPECIFICITY.general,
    );
    expect(diagnosis.findings.map((finding) => finding.signature)).toContain(id);
    expect(strangers).toEqual([]);
    expect(diagnosis.class).toBe(signature?.level === "note" ? "healthy" : signature?.class);
    expect(diagnosis.title).toBe(signature?.level === "note" ? "Nothing is wrong" : signature?.title);
  });

  it.each(signatures.map((signature) => ({ id: signature.id, signature })))(
    "$id says where it is known from, and what to do",
    ({ signature }) => {
      expect(signature.sources.length).toBeGreaterThan(0);
      for (const source of signature.sources) expect(source).toMatch(/^https:\/\//);
      expect(signature.level === "note" || signature.remedies.length > 0).toBe(true);
      expect(signature.means).toMatch(/\.$/);
      for (const literal of literalsOf(signature)) expect(literal.length).toBeGreaterThanOrEqual(6);
    },
  );

  it.each(signatures.map((signature) => ({ id: signature.id, signature })))("$id names real settings in its remedies", ({ signature }) => {
    for (const remedy of signature.remedies) {
      for (const [id, value] of Object.entries(remedy.axes ?? {})) {
        const axis = axes.find((one) => one.id === id);
        expect(axis, `axis ${id}`).toBeDefined();
        const allowed = axis !== undefined && ("pattern" in axis.values ? axis.values.pattern.test(value) : axis.values.includes(value));
        expect(allowed, `${id}=${value}`).toBe(true);
      }
      expect(remedy.command ?? "--none").toMatch(COMMAND);
    }
  });
});

describe("healthy logs", () => {
  it.each(readdirSync(resolve(CORPUS, "healthy")))("%s is healthy, however noisy", (file) => {
    const diagnosis = diagnose(read("healthy", file));
    expect(diagnosis.findings.filter((finding) => finding.level !== "note")).toEqual([]);
    expect(diagnosis.class).toBe("healthy");
  });
});
