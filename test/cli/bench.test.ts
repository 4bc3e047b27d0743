import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { liveLine } from "../../src/cli/bench/live-line.ts";
import { spawnFake } from "../fakes/openai-server.ts";

const MAIN = join(import.meta.dirname, "../../src/cli/main.ts");
let close: (() => Promise<void>) | undefined;
afterEach(() => close?.());

function bench(argv: readonly string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [MAIN, "bench", ...argv], { stdio: ["ignore", "pipe", "pipe"] });
  let [out, err] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, out, err })));
}

describe("bench", () => {
  it("gives counts and the moment, and no rate or latency, when the server dies in mid-run", async () => {
    const fake = await spawnFake({ ttftMs: 20 });
    close = () => fake.close();
    const running = bench(["--url", fake.url, "--concurrency", "4", "--requests", "100000", "--warm-up", "4", "--json"]);
    while ((await fake.log()).requests.length < 40) await wait(50);
    fake.kill();
    const { code, out } = await running;
    const document = JSON.parse(out) as Record<string, unknown>;
    expect(code).toBe(1);
    expect(document["server_gone_at_s"]).toBeGreaterThan(0);
    expect(document["completed"]).toBeGreaterThan(0);
    expect(Object.keys(document).filter((name) => /ttft|tpot|itl|e2el|throughput|goodput/.test(name))).toEqual([]);
  });

  it.runIf(spawnSync("script", ["--version"]).status === 0)("rewrites one line at a terminal, and clears it at the end", async () => {
    const fake = await spawnFake({ ttftMs: 100, tpotMs: 5 });
    close = () => fake.close();
    const words = [process.execPath, MAIN, "bench", "--url", fake.url, "--concurrency", "1", "--requests", "18", "--output", "16"];
    const { stdout } = spawnSync("script", ["-qec", [...words, "--warm-up", "1"].join(" "), "/dev/null"], { timeout: 15_000 });
    const seen = stdout.toString();
    expect(seen).toMatch(/\r\u001B\[K1024→16 c=1: \d+\/18 done, \d+\.\d\/s, 1 in flight, \d+ tokens\/s, 0 errors, 0:0\d left/);
    expect(seen).toContain("\r\u001B[K18 of 18 requests completed.");
  });

  it("teaches text prompts the server's tokeniser in the warm-up", async () => {
    const fake = await spawnFake({ strict: true, usage: "with-finish", done: false });
    close = () => fake.close();
    const lengths = ["--input", "200", "--output", "4", "--requests", "4", "--warm-up", "2"];
    const { out } = await bench(["--url", fake.url, "--engine", "transformers", "--concurrency", "1", ...lengths, "--json"]);
    // The scripted server has a tokeniser of one token a word; the first guess is three words to four tokens.
    expect((JSON.parse(out) as { total_input_tokens: number }).total_input_tokens / 4).toBeCloseTo(200, -1);
  });
});

describe("the live line", () => {
  it("never wraps in a terminal, and is a line every half minute elsewhere", () => {
    const written: string[] = [];
    const write = (text: string): unknown => written.push(text);
    let nowMs = 0;
    const clock = { now: () => nowMs };
    liveLine({ isTTY: true, columns: 20, write }, clock).show("x".repeat(50));
    expect(written).toEqual([`\r\u001B[K${"x".repeat(19)}`]);
    const quiet = liveLine({ write }, clock);
    for (nowMs = 0; nowMs <= 61_000; nowMs += 1_000) quiet.show(`at ${nowMs}`);
    quiet.end();
    expect(written.slice(1)).toEqual(["at 30000\n", "at 60000\n"]);
  });
});
