import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { configJsonSchema } from "../../src/config/index.ts";
import { FULL, LEAST } from "./examples.ts";

const stored = join(import.meta.dirname, "../../src/config/servegate.schema.json");
const ajv = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true });
addFormats.default(ajv);
const validate = ajv.compile(configJsonSchema());
const complaints = (yaml: string): unknown[] => (validate(parse(yaml)) ? [] : (validate.errors ?? ["rejected"]));

describe("the editor's schema", () => {
  it("is stored as it is generated (`servegate schema config`)", () => {
    expect(readFileSync(stored, "utf8")).toBe(`${JSON.stringify(configJsonSchema(), undefined, 2)}\n`);
  });

  it.each([
    FULL,
    LEAST,
    `${LEAST}smoke: false`,
    `${LEAST}numerics: {}`,
    `${LEAST}numerics: { batch-sizes: [1, 9], tokens: 32, long-prompt: 0, limit: 0.02 }`,
    `${LEAST}baseline: ./kept`,
    `${LEAST}matrix: { max-sequences: [128, "256"], eager: [true, no] }`,
  ])("accepts what the reader accepts: %#", (yaml) => {
    expect(complaints(yaml)).toEqual([]);
  });

  it.each([
    "version: 1\nengine: vllm\n",
    "version: 2\nengine: vllm\nmodel: m\n",
    "version: 1\nengine: vlm\nmodel: m\n",
    `${LEAST}acuracy: []`,
    `${LEAST}numerics: { batches: [1] }`,
    `${LEAST}launch: { ready-timeout: 20 }`,
    `${LEAST}launch: { env: { 1A: b } }`,
    `${LEAST}matrix: { piecewise: [on] }`,
    `${LEAST}matrix: { eager: [maybe] }`,
    `${LEAST}matrix: { max-sequences: [16k] }`,
    `${LEAST}launches: 0`,
    `${LEAST}throughput: [ { input: 8, output: 8, concurrency: [0] } ]`,
    `${LEAST}expected-failures: [ { when: { eager: on }, class: nccl, issue: "#1", expires: soon } ]`,
  ])("rejects %j", (yaml) => {
    expect(complaints(yaml)).not.toEqual([]);
  });
});
