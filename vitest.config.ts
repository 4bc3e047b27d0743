import { defineConfig } from "vitest/config";

const SLOW = ["test/e2e/**/*.test.ts"];

export default defineConfig({
  test: {
    testTimeout: 20_000,
    hookTimeout: 20_000,
    // Two cores: more workers than that only makes the servers under test fight for time.
    maxWorkers: 2,
    // Many tests run real servers against real time, and CI shares its cores: a burst of someone else's work gets one second try there.
    retry: process.env["CI"] === undefined ? 0 : 1,
    globalSetup: ["test/temporary.ts"],
    coverage: { include: ["src/**"] },
    // .ci/run counts from the report; a person needs only the terminal.
    reporters: process.env["CI"] === undefined ? ["default"] : ["default", ["json", { outputFile: ".ci/out/tests.json" }]],
    projects: [
      { extends: true, test: { name: "rooms", include: ["test/**/*.test.ts"], exclude: SLOW, sequence: { groupOrder: 1 } } },
      // They measure time, so they run one after another and after everything else.
      { extends: true, test: { name: "e2e", include: SLOW, fileParallelism: false, sequence: { groupOrder: 2 } } },
    ],
  },
});
