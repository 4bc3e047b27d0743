// Takes a lease and holds it until it is killed. Words: the folder, then the names.
import { setTimeout as sleep } from "node:timers/promises";
import { lease } from "../../src/shell/index.ts";

const [folder = "", ...names] = process.argv.slice(2);
const clock = { now: () => performance.now(), timestamp: () => new Date().toISOString(), sleep: (ms: number) => sleep(ms) };
const world = { clock, signal: new AbortController().signal, env: process.env };
const answer = await lease({ folder, names, count: names.length, waitMs: 0, who: "the holder" }, world);
process.stdout.write("problem" in answer ? answer.problem : "taken\n");
setInterval(() => undefined, 1000);
