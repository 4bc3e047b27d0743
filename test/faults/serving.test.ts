import { describe, expect } from "vitest";
import type { Script } from "../fakes/openai-script.ts";
import { cases, type Case } from "./case.ts";

/** Health until the load begins: the smoke test sends some thirty requests of its own. */
const LATER = { healthyFirst: 60 };
const sick = (sickness: Script["sickness"], more: Partial<Script> = {}): Pick<Case, "server"> => ({
  server: { server: { ...LATER, sickness, ...more } },
});
/** Long enough for every sickness to strike while it is measured. */
const LOAD = {
  throughput: "[{ input: 16, output: 16, concurrency: [4], requests: 48 }]",
  accuracy: "",
  gates: "[output_throughput >= 1 tokens/s]",
};
const loaded = (id: string, title: string, server: Pick<Case, "server">, says: RegExp): Case => ({
  id,
  title,
  ...server,
  config: LOAD,
  launch: "ready-timeout: 15s, stall-timeout: 10s, request-timeout: 1s",
  want: { class: "broken", exitCode: 1, says },
  after: ({ record }) => {
    const check = record?.cells[0]?.launches[0]?.checks.find(({ id: of }) => of === "throughput");
    // Numbers of the survivors would be numbers of an easier load.
    expect(check?.metrics ?? []).toEqual([]);
  },
});

describe("a server that fails under load", () => {
  cases([
    loaded(
      "#14",
      "it crashes in the middle",
      { server: { dies: { after: 80, saying: ["RuntimeError: it broke"] } } },
      /the server (?:exited with|stopped)/,
    ),
    loaded("#15", "it hangs after some tokens", sick("hang-mid-stream"), /\d+ timeout/),
    loaded("#16", "it drips a byte now and then", sick("drip-mid-stream"), /\d+ timeout/),
    loaded(
      "#17",
      "it resets connections in the middle of answers",
      sick("reset-mid-stream"),
      /\d+ (?:truncated-stream|reset-after-headers)/,
    ),
    loaded("#18", "it closes connections without [DONE]", sick("close-mid-stream"), /\d+ (?:truncated-stream|reset-after-headers)/),
    loaded("#19", "it answers 500 for a while", sick("http-500", { sickEvery: 3 }), /\d+ http-5xx/),
    loaded("#20", "it answers 429", sick("http-429"), /\d+ http-429/),
    loaded("#21", "it answers 200 with an error object", sick("json-error-200"), /\d+ error-in-stream/),
    loaded(
      "#22",
      "it ends answers early and calls them done",
      { server: { server: { longest: 3 } } },
      /answers? (?:are|is) not as long as asked|tokens/,
    ),
    loaded("#23", "it sends half an event", sick("malformed-event"), /\d+ (?:truncated-stream|error-in-stream)/),
    loaded("#27", "it sends one line without end", sick("endless-line"), /\d+ (?:timeout|truncated-stream|error-in-stream)/),
    loaded("#28", "it sends keep-alive comments and nothing else", sick("comments-only"), /\d+ timeout/),
    loaded("#29", "it does not tell its usage", { server: { server: { usage: "none" } } }, /no-usage|usage/),
  ]);
});

describe("a server with odd manners", () => {
  const odd = (id: string, title: string, server: Partial<Script>): Case => ({
    id,
    title,
    server: { server },
    want: { class: "pass", exitCode: 0 },
  });
  cases([
    odd("#24", "it writes byte by byte", { write: "bytes" }),
    odd("#25", "it ends lines with carriage returns alone", { lineEnd: "\r" }),
    odd("#25", "it ends lines with both", { lineEnd: "\r\n", space: false }),
    odd("#26", "it begins streams with a byte order mark", { bom: true }),
    odd("#28", "it sends comments between events", { comments: true }),
  ]);
});

describe("a server that is wrong", () => {
  cases([
    {
      id: "#30",
      title: "its answers are fluent, fast and wrong",
      server: { server: { answers: "wrong" } },
      want: { class: "regression", exitCode: 1, says: /accuracy 0.0% breaks/ },
    },
    {
      id: "#31",
      title: "it finds the prompts in its cache",
      server: { server: { cacheHits: 0.9, cachedTokens: 14 } },
      config: LOAD,
      want: { says: /cache/ },
      after: ({ record }) => {
        const check = record?.cells[0]?.launches[0]?.checks.find(({ id }) => id === "throughput");
        expect(check?.validity?.state).not.toBe("valid");
      },
    },
  ]);
});
