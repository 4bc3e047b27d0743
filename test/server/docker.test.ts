import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { dockerRun, engineFor } from "../../src/engines/index.ts";
import type { DockerConfig } from "../../src/model/index.ts";
import { sweep } from "../../src/shell/index.ts";
import { until, withWord } from "../shell/support.ts";
import { aRequest, context, OPENAI, start, stopAll } from "./support.ts";

const BIN = resolve(import.meta.dirname, "../bin");
const DOCKER: DockerConfig = { image: "org/engine:v1.2.3", gpus: "none", ipc: "private", shmSize: "1g", volumes: [], options: [] };

afterEach(stopAll);

/** A docker that keeps its containers in a folder of this test. */
function aDaemon(): { readonly root: string; readonly env: NodeJS.ProcessEnv; calls(): string[][]; containers(): string[] } {
  const root = mkdtempSync(join(tmpdir(), "servegate-docker-"));
  return {
    root,
    env: { ...process.env, PATH: [BIN, process.env["PATH"]].join(delimiter), DOCKER_HOST: root },
    calls: () =>
      readFileSync(join(root, "calls.jsonl"), "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as string[]),
    containers: () => (existsSync(join(root, "containers")) ? readdirSync(join(root, "containers")) : []),
  };
}

function inDocker(words: readonly string[], wish: Parameters<typeof aRequest>[1] = {}, docker: Partial<DockerConfig> = {}) {
  const run = dockerRun({ ...DOCKER, ...docker }, { variables: Object.keys(wish.env ?? {}) });
  const request = aRequest(words, { ...wish, argv: [...run, process.execPath, OPENAI, "{port}", "{name}", ...words] });
  const launch = { ...request.planned.launch, container: true } as const;
  return { ...request, launchConfig: { ...request.launchConfig, docker: DOCKER }, planned: { ...request.planned, launch } };
}

const NAME = "servegate-test-012345-1";

describe("a server in a container", () => {
  it("is named, labelled, published on loopback alone, asked to stop by docker, and gone with its container", async () => {
    const daemon = aDaemon();
    const request = inDocker(["env"], { env: { GREETING: "it's here", CUDA_VISIBLE_DEVICES: "2,5" } }, { gpus: "leased" });
    const started = await start(request, context(undefined, daemon.env));
    if (started.state !== "ready") throw new Error(JSON.stringify(started));
    const port = new URL(started.server.endpoint.url).port;

    expect(daemon.containers()).toEqual([NAME]);
    const [run = []] = daemon.calls();
    expect(run.slice(0, run.indexOf("org/engine:v1.2.3"))).toEqual(
      [
        ["run", "--rm", "--init", "--name", NAME, "--label", `servegate.server=${NAME}`, "--gpus", '"device=2,5"'],
        ["--ipc", "private", "--shm-size", "1g", "--publish", `127.0.0.1:${port}:${port}`],
        ["--env", "PYTHONUNBUFFERED", "--env", "HF_TOKEN", "--env", "GREETING", "--entrypoint", ""],
      ].flat(),
    );
    // What is stored can be typed again: it is the command line that was run.
    expect(started.server.argv).toEqual(["docker", ...run]);
    const inside = started.server.lines().find((line) => line.startsWith("env ")) ?? "";
    expect(inside).toContain(`"GREETING":"it's here"`);
    // The GPUs have other numbers inside, and the daemon's address is none of the server's business.
    expect(inside).not.toMatch(/CUDA_VISIBLE_DEVICES|DOCKER_HOST|SERVEGATE/);

    const stop = await started.server.stop();

    expect(stop).toEqual({ tookMs: expect.any(Number), how: "graceful", leftovers: [] });
    expect(daemon.calls().map(([verb]) => verb)).toEqual(["run", "stop", "ps"]);
    expect(daemon.calls()[1]).toEqual(["stop", "-t", "17", NAME]);
    expect([daemon.containers(), withWord(`${OPENAI}\0${port}`), readdirSync(request.ledgerDir)]).toEqual([[], [], []]);
  });

  it("that ignores the stop is killed by docker, not only its client", async () => {
    const daemon = aDaemon();
    // In a hurry, as a cancelled run is.
    const cancelled = new AbortController();
    const started = await start(inDocker(["ignores-term"]), context(cancelled.signal, daemon.env));
    if (started.state !== "ready") throw new Error(JSON.stringify(started));
    const { port } = new URL(started.server.endpoint.url);
    cancelled.abort();
    expect(await started.server.stop()).toMatchObject({ how: "killed", leftovers: [] });
    expect(daemon.calls().some(([verb, name]) => verb === "kill" && name === NAME)).toBe(true);
    expect([daemon.containers(), withWord(`${OPENAI}\0${port}`)]).toEqual([[], []]);
  });

  it("whose client was killed is stopped all the same", async () => {
    const daemon = aDaemon();
    const started = await start(inDocker([]), context(undefined, daemon.env));
    if (started.state !== "ready") throw new Error(JSON.stringify(started));
    const client = withWord(`--label\0servegate.server=${NAME}\0`).at(0);
    process.kill(client ?? 0, "SIGKILL");
    expect(await started.server.died).toMatchObject({ kind: "exited", signal: "SIGKILL" });
    expect(daemon.containers()).toEqual([NAME]);
    expect(await started.server.stop()).toMatchObject({ how: "already-gone", leftovers: [] });
    expect(daemon.containers()).toEqual([]);
  });

  it.each([
    ["exit code", ["dies", "code=3"], {}, { kind: "exited", exitCode: 3 }],
    ["death by signal", ["dies", "code=139"], {}, { kind: "exited", signal: "SIGSEGV" }],
    ["missing image", [], { image: "absent/image:1" }, { kind: "exited", exitCode: 125 }],
  ] as const)("tells its %s as a server of this machine would", async (_, words, docker, failure) => {
    const daemon = aDaemon();
    const started = await start(inDocker(words, {}, docker), context(undefined, daemon.env));
    expect(started).toMatchObject({ state: "failed", failure, stop: { leftovers: [] } });
    expect(daemon.containers()).toEqual([]);
  });

  it("fails with docker's own words where the GPUs cannot be had", async () => {
    const daemon = aDaemon();
    const started = await start(inDocker([], {}, { gpus: "leased" }), context(undefined, { ...daemon.env, DOCKER_CONTEXT: "no-gpus" }));
    if (started.state !== "failed") throw new Error(started.state);
    expect(started.logTail.join("\n")).toContain('could not select device driver "" with capabilities: [[gpu]]');
  });

  it("says what may be left when docker does not answer at the end", async () => {
    const daemon = aDaemon();
    const request = inDocker([]);
    const started = await start(request, context(undefined, daemon.env));
    if (started.state !== "ready") throw new Error(JSON.stringify(started));
    writeFileSync(join(daemon.root, "down"), "");
    expect(await started.server.stop()).toMatchObject({
      how: "killed",
      leftovers: [
        `docker cannot be asked what is left: Cannot connect to the Docker daemon at ${daemon.root}. Is the docker daemon running?`,
        expect.stringMatching(/^port \d+ still accepts connections$/),
      ],
    });
    // What could not be proved gone stays written down for the next sweep.
    expect(readdirSync(request.ledgerDir)).toHaveLength(1);
    rmSync(join(daemon.root, "down"));
    execFileSync("docker", ["rm", "--force", NAME], { env: daemon.env });
  });

  it("that serves under its model's path is given a path of its own, where the folder is seen", async () => {
    const daemon = aDaemon();
    const model = mkdtempSync(join(tmpdir(), "servegate-model-"));
    const run = dockerRun(DOCKER, { variables: [], modelFolder: model });
    const request = inDocker([], { model, engine: { ...engineFor("command"), servedAs: "model-path" } });
    const argv = [...run, process.execPath, OPENAI, "{port}", "{model}"];
    const launch = { ...request.planned.launch, argv };
    const started = await start({ ...request, planned: { ...request.planned, launch } }, context(undefined, daemon.env));
    if (started.state !== "ready") throw new Error(JSON.stringify(started));
    expect(started.server.endpoint.model).toBe(`/servegate/${NAME}`);
    expect(daemon.calls()[0]?.join(" ")).toContain(`--volume ${model}:/servegate/${NAME}:ro`);
  });
});

describe("a container whose run was killed", () => {
  const harness = (daemon: ReturnType<typeof aDaemon>, dir: string) => {
    const argv = dockerRun(DOCKER, { variables: [] }).map((word) => word.replaceAll("{container}", NAME).replaceAll("{port}", "1"));
    const child = spawn(process.execPath, [join(BIN, "harness.ts"), dir, "run", ...argv, "sleep", "3600"], {
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...daemon.env, CONTAINER: NAME },
    });
    return { child, up: () => until("the container runs", () => existsSync(join(daemon.root, "containers", NAME, "pid"))) };
  };

  it("is removed by its guardian, by label", async () => {
    const daemon = aDaemon();
    const { child, up } = harness(daemon, mkdtempSync(join(tmpdir(), "servegate-test-")));
    await up();
    child.kill("SIGKILL");
    await until("the container is gone", () => daemon.containers().length === 0);
    expect(daemon.calls().some((call) => call.join(" ").includes(`ps --all --quiet --filter label=servegate.server=${NAME}`))).toBe(true);
  });

  it("is removed by the next sweep, where no guardian was left", async () => {
    const daemon = aDaemon();
    const dir = mkdtempSync(join(tmpdir(), "servegate-test-"));
    const { child, up } = harness(daemon, dir);
    await up();
    for (const pid of withWord(`servegate-guardian\0SERVEGATE_RUN=run-`)) if (ofHarness(pid, NAME)) process.kill(pid, "SIGKILL");
    child.kill("SIGKILL");
    await until("the harness is gone", () => child.signalCode !== null);
    expect(daemon.containers()).toEqual([NAME]);
    const before = { ...process.env };
    Object.assign(process.env, { PATH: daemon.env["PATH"], DOCKER_HOST: daemon.root });
    try {
      const swept = await sweep(join(dir, "ledger"));
      expect(swept.map(({ containers, leftovers }) => ({ containers, leftovers }))).toEqual([
        { containers: [NAME.slice(0, 12)], leftovers: [] },
      ]);
      expect(swept[0]?.description).toContain("removed the container");
      expect([daemon.containers(), readdirSync(join(dir, "ledger"))]).toEqual([[], []]);
      expect(await sweep(join(dir, "ledger"))).toEqual([]);
    } finally {
      process.env = before;
    }
  });
});

function ofHarness(pid: number, name: string): boolean {
  return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(`servegate.server=${name}`);
}
