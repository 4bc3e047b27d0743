import { describe, expect, it } from "vitest";
import { prepareText, systemClock } from "../../src/flow/index.ts";
import { commandLine } from "../../src/report/index.ts";

/** The one command of the configuration's one cell, as it is shown and reproduced. */
async function command(launch: string, over = ""): Promise<string> {
  const text = `version: 1\nengine: vllm\nengine-version: "0.28.0"\nmodel: org/model\nlaunch: ${launch}\nmatrix: { kv-cache-dtype: [fp8] }\n${over}`;
  const request = { file: "servegate.yml", baseDir: "/", site: { rehearsal: [] }, askVersion: false };
  const read = await prepareText(text, request, { clock: systemClock, signal: new AbortController().signal, env: {} });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const [cell] = read.value.plan.cells;
  return cell === undefined ? "" : commandLine(cell.launch.argv, cell.launch.env);
}

const SERVE = (host: string): string =>
  `vllm serve {model} --host ${host} --port {port} --served-model-name {name} --max-model-len 1024 --kv-cache-dtype fp8`;
const LAUNCH = 'args: [--max-model-len, "1024"], env: { NOTE: "it is mine" }';

describe("one cell", () => {
  it.each([
    ["as a process", "", `NOTE='it is mine' VLLM_SERVER_DEV_MODE=1 ${SERVE("127.0.0.1")}`],
    [
      "behind a prefix",
      "prefix: [srun, --gres, 'gpu:8', numactl, -N0], ",
      `NOTE='it is mine' VLLM_SERVER_DEV_MODE=1 srun --gres gpu:8 numactl -N0 ${SERVE("127.0.0.1")}`,
    ],
    [
      "in a container",
      "docker: { image: vllm/vllm-openai:v0.28.0, volumes: [/data/hf:/root/.cache/huggingface], options: [--cpuset-cpus=0-31] }, ",
      "NOTE='it is mine' VLLM_SERVER_DEV_MODE=1 docker run --rm --init --name {container} --label servegate.server={container} " +
        "--gpus {gpus} --ipc private --shm-size 16g --publish 127.0.0.1:{port}:{port} --volume /data/hf:/root/.cache/huggingface " +
        "--env PYTHONUNBUFFERED --env HF_TOKEN --env VLLM_SERVER_DEV_MODE --env NOTE --cpuset-cpus=0-31 " +
        `--entrypoint '' vllm/vllm-openai:v0.28.0 ${SERVE("0.0.0.0")}`,
    ],
    [
      "in a container with the machine's shared memory, by a program of its own",
      "command: [/opt/build/bin/vllm, serve], docker: { image: a, gpus: none, ipc: host }, ",
      "NOTE='it is mine' VLLM_SERVER_DEV_MODE=1 docker run --rm --init --name {container} --label servegate.server={container} " +
        "--ipc host --publish 127.0.0.1:{port}:{port} --env PYTHONUNBUFFERED --env HF_TOKEN --env VLLM_SERVER_DEV_MODE --env NOTE " +
        `--entrypoint '' a /opt/build/bin/${SERVE("0.0.0.0")}`,
    ],
  ])("%s is one exact command", async (_, words, expected) => {
    expect(await command(`{ ${words}${LAUNCH} }`)).toBe(expected);
  });

  it("keeps its fingerprint from image to image, as from program to program", async () => {
    const print = async (launch: string): Promise<string | undefined> => {
      const text = `version: 1\nengine: vllm\nmodel: m\nlaunch: ${launch}\n`;
      const request = { file: "servegate.yml", baseDir: "/", site: { rehearsal: [] }, askVersion: false };
      const read = await prepareText(text, request, { clock: systemClock, signal: new AbortController().signal, env: {} });
      return read.ok ? read.value.plan.cells[0]?.cell.fingerprint : undefined;
    };
    const first = await print("{ docker: { image: 'a:1' } }");
    expect(await print("{ docker: { image: 'a:2', volumes: [/x:/y] } }")).toBe(first);
    const others = [await print("{}"), await print("{ docker: { image: a, ipc: host } }"), await print("{ prefix: [numactl, -N0] }")];
    expect(new Set([first, ...others]).size).toBe(4);
  });
});

describe("the version of an engine in an image", () => {
  const version = async (image: string): Promise<string | undefined> => {
    const text = `version: 1\nengine: sglang\nmodel: m\nlaunch: { docker: { image: "${image}" } }\n`;
    const request = { file: "servegate.yml", baseDir: "/", site: { rehearsal: [] }, askVersion: false };
    const read = await prepareText(text, request, { clock: systemClock, signal: new AbortController().signal, env: {} });
    return read.ok ? read.value.plan.engineVersion : "refused";
  };

  it.each([
    ["lmsysorg/sglang:v0.5.18-cu130", "0.5.18"],
    ["registry.example:5000/sglang:v0.5.4.post1", "0.5.4.post1"],
    ["lmsysorg/sglang:v0.5.18@sha256:0123", "0.5.18"],
    ["lmsysorg/sglang:latest", undefined],
    ["registry.example:5000/sglang", undefined],
    ["lmsysorg/sglang:nightly-dev-20261121-0123abcd", undefined],
  ])("%s is %s by its tag, where it cannot be asked", async (image, expected) => {
    expect(await version(image)).toBe(expected);
  });
});
