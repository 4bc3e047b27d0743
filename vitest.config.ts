import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 20_000,
    hookTimeout: 20_000,
    // Two cores: more workers than that only makes the servers under test fight for time.
    maxWorkers: 2,
    // .ci/run counts from the report; a person needs only the terminal.
    reporters: process.env["CI"] === undefined ? ["default"] : ["default", ["json", { outputFile: ".ci/out/tests.json" }]],
    coverage: { include: ["src/**"] },
  },
});
