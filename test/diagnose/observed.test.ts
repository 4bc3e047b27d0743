import { readFileSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { diagnose, watch } from "../../src/diagnose/index.ts";
import { readObserved } from "../corpus/observed.ts";

const FOLDER = resolve(import.meta.dirname, "../corpus/observed");
const files = readdirSync(FOLDER).filter((file) => file.endsWith(".txt"));
const logs = files.flatMap((file) => readObserved(readFileSync(resolve(FOLDER, file), "utf8")));
const lines = (log: string): string[] => log.split("\n");

describe("logs as people met them", () => {
  it("have each their own name, a class and a source", () => {
    expect(new Set(logs.map((log) => log.id)).size).toBe(logs.length);
    expect(logs.filter((log) => log.source === "" || log.log === "")).toEqual([]);
  });

  it("are told for what they are, or for what would be fair as well", () => {
    const wrong = logs.filter((log) => ![log.class, ...log.alt].includes(diagnose(lines(log.log)).class)).map((log) => log.id);
    expect(wrong).toEqual([]);
  });

  it("are no failure where the server was well, and end no start-up", () => {
    const well = logs.filter((log) => log.class === "healthy");
    expect(well.length).toBeGreaterThan(4);
    expect(well.filter((log) => lines(log.log).some((line) => watch().push(line) !== undefined)).map((log) => log.id)).toEqual([]);
  });
});
