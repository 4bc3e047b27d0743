import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { assert, nat, property, uniqueArray } from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { runLoad } from "../../src/load/index.ts";
import { coreList, keepApart, parseCores } from "../../src/shell/cores.ts";
import { startFake, type Fake } from "../fakes/openai-server.ts";
import { aLoad, never } from "../load/endpoint.ts";

const listOf = (task: string): string =>
  /^Cpus_allowed_list:\s*(\S*)/m.exec(readFileSync(`/proc/self/task/${task}/status`, "latin1"))?.[1] ?? "";
const own = parseCores(listOf(String(process.pid)));
const [first = 0] = own;

let server: ChildProcess | undefined;
let fake: Fake | undefined;
afterEach(async () => {
  server?.kill("SIGKILL");
  await fake?.close();
});

/** A process that may run on these cores alone, and who it is. */
function pinned(cores: string): (pid: number) => Promise<boolean> {
  server = spawn("taskset", ["-c", cores, "sleep", "60"], { stdio: "ignore" });
  const { pid } = server;
  // It must have become what it starts before it is looked at.
  execFileSync("sh", ["-c", `until grep -q sleep /proc/${pid}/comm; do sleep 0.01; done`], { timeout: 5_000 });
  return async (asked) => asked === pid;
}

describe("a list of cores", () => {
  it("is read and written as the kernel does", () => {
    expect(parseCores("0-2,8,10-11")).toEqual([0, 1, 2, 8, 10, 11]);
    expect(parseCores("")).toEqual([]);
    expect(parseCores("a-b,,5-3,-1")).toEqual([]);
    assert(
      property(uniqueArray(nat(300)), (cores) => {
        const ascending = cores.toSorted((a, b) => a - b);
        expect(parseCores(coreList(ascending))).toEqual(ascending);
      }),
    );
  });
});

describe.runIf(own.length > 1)("threads of the client", () => {
  const rest = coreList(own.slice(1));

  it("move to the cores that a pinned server leaves, for the pass alone", async () => {
    const owns = pinned(String(first));
    fake = await startFake({});
    const seen: string[] = [];
    for (const workers of [1, 2]) {
      const request = aLoad(fake.url, { workers, arrivals: { kind: "closed", concurrency: 2, requests: 6 } });
      const result = await runLoad(request, {
        signal: never,
        keepApart: async (threads) => {
          expect(threads).toHaveLength(workers);
          const apart = await keepApart(owns, threads);
          seen.push(...threads.map((thread) => listOf(String(thread))));
          return apart;
        },
      });
      expect(result).toMatchObject({ completed: 6, cores: { client: rest, server: String(first) } });
      expect(listOf(String(process.pid))).toBe(coreList(own));
    }
    expect(seen).toEqual([rest, rest, rest]);
  });

  it("stay where they are when the server may use every core, or cannot be seen", async () => {
    const all = coreList(own);
    const owns = pinned(all);
    expect(await keepApart(owns, [process.pid])).toBeUndefined();
    expect(await keepApart(async () => undefined, [process.pid])).toBeUndefined();
    expect(listOf(String(process.pid))).toBe(all);
  });

  it("stay where they are when one of them cannot be moved", async () => {
    const owns = pinned(String(first));
    expect(await keepApart(owns, [process.pid, 2 ** 22 + 1])).toBeUndefined();
    expect(listOf(String(process.pid))).toBe(coreList(own));
  });
});
