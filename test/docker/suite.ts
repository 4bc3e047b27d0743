/**
 * Servers in real containers: `npm run test:docker`, with a docker daemon that DOCKER_HOST or the default socket reaches. On demand, and not
 * part of CI: few machines that run tests have a daemon. The image is made here from this machine's Node. Ends with `N passed, N failed`.
 */
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { RunRecord } from "../../src/model/index.ts";
import { check, conclude } from "../fakes/tally.ts";

const CLI = resolve(import.meta.dirname, "../../src/cli/main.ts");
const IMAGE = "servegate-test";
const work = mkdtempSync(join(tmpdir(), "servegate-docker-"));

const docker = (...words: readonly string[]): string => execFileSync("docker", words, { encoding: "utf8" }).trim();
const running = (): string[] =>
  docker("ps", "--all", "--quiet", "--filter", "label=servegate.server")
    .split("\n")
    .filter((id) => id !== "");

/** Node and what it is linked with, and a server that says nothing of use. */
function build(): void {
  const root = join(work, "root");
  const programs = [process.execPath, "/bin/sh", "/usr/bin/env"];
  const libraries = programs.flatMap((program) => execFileSync("ldd", [program], { encoding: "utf8" }).match(/\/\S+(?= \()/g) ?? []);
  const put = (from: string, to: string): void => {
    mkdirSync(dirname(join(root, to)), { recursive: true });
    copyFileSync(from, join(root, to));
  };
  put(process.execPath, "usr/bin/node");
  put("/bin/sh", "bin/sh");
  put("/usr/bin/env", "usr/bin/env");
  for (const library of new Set(libraries)) put(library, library);
  const server = readFileSync(resolve(import.meta.dirname, "../../bench/bin/null-server.mjs"), "utf8").replace("127.0.0.1", "0.0.0.0");
  mkdirSync(join(root, "srv"), { recursive: true });
  writeFileSync(join(root, "srv/server.mjs"), server);
  writeFileSync(
    join(root, "srv/deaf.mjs"),
    `await import("/srv/server.mjs");\nprocess.removeAllListeners("SIGTERM");\nprocess.on("SIGTERM", () => {});\n`,
  );
  mkdirSync(join(root, "tmp"));
  execFileSync("sh", ["-c", `tar -C '${root}' -c . | docker import - ${IMAGE}`], { stdio: "ignore" });
}

function config(name: string, requests: number, program = "server.mjs"): string {
  const file = join(work, `${name}.yml`);
  writeFileSync(
    file,
    `version: 1
engine: command
model: "null"
launch:
  docker: { image: ${IMAGE}, gpus: none, shm-size: 64m }
  command: [node, /srv/${program}, "{port}", /tmp/times]
  ready-timeout: 1m
throughput: [{ input: 16, output: 16, concurrency: [2], requests: ${requests} }]
`,
  );
  return file;
}

function start(name: string, file: string): ChildProcess {
  return spawn(process.execPath, [CLI, "run", file, "--quiet", "--out", join(work, name)], { stdio: "ignore" });
}

const record = (name: string): RunRecord => JSON.parse(readFileSync(join(work, name, "record.json"), "utf8")) as RunRecord;

/** Waits until so many containers are there; false when it takes longer than `ms`. */
async function seen(count: number, ms: number): Promise<boolean> {
  for (const until = performance.now() + ms; performance.now() < until; await wait(50)) if (running().length === count) return true;
  return false;
}

/** A run in the middle of its measurement. */
async function midway(name: string): Promise<ChildProcess> {
  const child = start(name, config(name, 100_000));
  await seen(1, 30_000);
  await wait(3_000);
  return child;
}

build();
try {
  const child = start("whole", config("whole", 16));
  const [code] = (await once(child, "close")) as [number];
  const { machine, cells } = record("whole");
  const [launch] = cells[0]?.launches ?? [];
  check("the whole path passes in a container", code === 0 && launch?.outcome.state === "measured", launch?.outcome);
  check("and says so", machine.isolation === "container", machine.isolation);
  check("and leaves nothing", launch?.stop?.leftovers.length === 0 && running().length === 0, launch?.stop);

  const deaf = start("deaf", config("deaf", 16, "deaf.mjs"));
  await once(deaf, "close");
  check("a server that ignores SIGTERM is gone after the stop", running().length === 0, running());

  const interrupted = await midway("interrupted");
  interrupted.kill("SIGINT");
  const [status] = (await once(interrupted, "close")) as [number];
  check("an interrupted run ends with 130 and without its container", status === 130 && running().length === 0, [status, running()]);

  const killed = await midway("killed");
  killed.kill("SIGKILL");
  check("a killed run's container is ended by the guardian", await seen(0, 5_000), running());

  const orphaned = await midway("orphaned");
  execFileSync("pkill", ["-KILL", "-P", String(orphaned.pid)]);
  orphaned.kill("SIGKILL");
  await once(orphaned, "close");
  check("a container outlives run and guardian killed together", running().length === 1, running());
  await once(start("next", config("next", 16)), "close");
  check("and is swept by the next start", running().length === 0, running());
} finally {
  for (const id of running()) docker("rm", "--force", id);
  docker("rmi", "--force", IMAGE);
  rmSync(work, { recursive: true, force: true });
}
conclude();
