import { mkdtempSync, readFileSync, readdirSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { expect, it } from "vitest";
import { parseConfig } from "../../src/config/index.ts";
import { imageOf } from "../../src/flow/image.ts";
import { execute, prepareText, readyMachine, systemClock } from "../../src/flow/index.ts";

const REHEARSAL = resolve(import.meta.dirname, "../../src/rehearsal/main.ts");
/** A folder with the scripted docker alone: the scripted nvidia-smi that lies beside it would be a driver without GPUs. */
function folderWithDocker(): string {
  const folder = mkdtempSync(join(tmpdir(), "servegate-docker-bin-"));
  symlinkSync(resolve(import.meta.dirname, "../bin/docker"), join(folder, "docker"));
  return folder;
}

it("a run in containers asks the image for its version, measures, and leaves no container", { timeout: 60_000 }, async () => {
  const dir = mkdtempSync(join(tmpdir(), "servegate-docker-"));
  const root = join(dir, "daemon");
  const env = {
    ...process.env,
    PATH: [folderWithDocker(), process.env["PATH"]].join(delimiter),
    DOCKER_HOST: root,
    SERVEGATE_ISOLATION: "",
  };
  const context = { clock: systemClock, signal: new AbortController().signal, env };
  const program = [process.execPath, REHEARSAL, "--dialect", "sglang", "--scenario", "healthy", "--engine-version", "0.5.18", "--"];
  const text = `version: 1
engine: sglang
model: tiny
launch:
  docker: { image: "lmsysorg/sglang:v0.5.18-cu130", gpus: none }
  command: ${JSON.stringify(program)}
  ready-timeout: 1m
  stall-timeout: 20s
  request-timeout: 20s
machine: { price: 4.20 USD }
matrix: { custom-all-reduce: [off] }
`;
  const read = await prepareText(text, { file: "servegate.yml", baseDir: dir, site: { rehearsal: [] }, askVersion: true }, context);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  expect(read.value.plan.engineVersion).toBe("0.5.18");
  const machine = await readyMachine(read.value, join(dir, "ledger"), context);
  if (!machine.ok) throw new Error(JSON.stringify(machine.problems));
  const secrets: string[] = [];
  const record = await execute(
    { prepared: read.value, machine: machine.value, outDir: join(dir, "out"), ledgerDir: join(dir, "ledger"), secrets },
    context,
  );

  expect(record.machine.isolation).toBe("container");
  expect(record.run.image).toEqual({ name: "lmsysorg/sglang:v0.5.18-cu130", digest: "sha256:feed" });
  expect(record.run.price).toEqual({ amount: 4.2, currency: "USD" });
  expect(record.cells.map(({ launches }) => launches.map(({ outcome, stop }) => [outcome.state, stop?.how, stop?.leftovers]))).toEqual([
    [["measured", "graceful", []]],
  ]);
  const calls = readFileSync(join(root, "calls.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as string[]);
  const question = calls[0] ?? [];
  expect(question.slice(0, 6)).toEqual(["run", "--rm", "--pull", "never", "--network", "none"]);
  const argv = record.cells[0]?.launches[0]?.argv ?? [];
  const name = argv[argv.indexOf("--name") + 1] ?? "";
  expect(name).toMatch(/^servegate-\d{8}-\d{6}-[0-9a-f]{6}-[0-9a-f]{6}-1$/);
  expect(calls.filter((call) => call.includes(name)).map(([verb]) => verb)).toEqual(["run", "stop"]);
  expect(readdirSync(join(root, "containers"))).toEqual([]);
});

it.each([
  ["registry/engine:1", { digest: "sha256:feed" }, ["image", "pull", "image"]],
  ["built/engine:1", { id: "sha256:cafe" }, ["image"]],
  ["absent/engine:1", {}, ["image", "pull"]],
] as const)("the image %s is fetched where it is missing, and known by %j", async (image, known, asked) => {
  const root = mkdtempSync(join(tmpdir(), "servegate-image-"));
  const env = { ...process.env, PATH: [folderWithDocker(), process.env["PATH"]].join(delimiter), DOCKER_HOST: root };
  const parsed = parseConfig(`version: 1\nengine: sglang\nmodel: tiny\nlaunch: { docker: { image: "${image}" } }\n`, "servegate.yml");
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  expect(await imageOf(parsed.value, { env, signal: new AbortController().signal })).toEqual({ name: image, ...known });
  const calls = readFileSync(join(root, "calls.jsonl"), "utf8").trim().split("\n");
  expect(calls.map((line) => (JSON.parse(line) as string[])[0])).toEqual(asked);
});
