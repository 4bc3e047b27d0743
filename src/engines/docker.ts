import type { DockerConfig } from "../model/index.ts";

/** What a container must be told besides its image. */
export interface ContainerWish {
  /** Variables of the launch, by name: their values stay out of the command line. */
  readonly variables: readonly string[];
  /** The model's folder on this machine, where it is none of the hub's. */
  readonly modelFolder?: string;
}

/** What a program in a container listens on; the port is published on this machine's loopback alone. */
export const CONTAINER_HOST = "0.0.0.0";

/** The label by which a container is found when nobody is left who knows it. */
export const CONTAINER_LABEL = "servegate.server";

// The GPUs are confined by docker, and are numbered anew inside.
const HOST_ONLY = new Set(["CUDA_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER"]);

/**
 * The words before a program that run it in a container: attached, so that its output and its exit code are ours, with an init that
 * reaps and passes signals on, and gone when it ends. `{container}`, `{port}`, `{gpus}` and `{model}` are filled in at launch.
 */
export function dockerRun(docker: DockerConfig, { variables, modelFolder }: ContainerWish): string[] {
  const names = [...new Set(["PYTHONUNBUFFERED", "HF_TOKEN", ...variables])].filter((name) => !HOST_ONLY.has(name));
  return [
    ["docker", "run", "--rm", "--init", "--name", "{container}", "--label", `${CONTAINER_LABEL}={container}`],
    docker.gpus === "none" ? [] : ["--gpus", "{gpus}"],
    docker.ipc === "host" ? ["--ipc", "host"] : ["--ipc", "private", "--shm-size", docker.shmSize],
    ["--publish", "127.0.0.1:{port}:{port}"],
    modelFolder === undefined ? [] : ["--volume", `${modelFolder}:{model}:ro`],
    docker.volumes.flatMap((volume) => ["--volume", volume]),
    names.flatMap((name) => ["--env", name]),
    docker.options,
    // An image may have a program of its own; the whole command line is ours.
    ["--entrypoint", "", docker.image],
  ].flat();
}

/** The words before a program that ask it something in a container of the same image; an image that is not here is not fetched. */
export function dockerAsk({ image }: DockerConfig): string[] {
  const environment = ["COLUMNS", "TERM", "NO_COLOR"].flatMap((name) => ["--env", name]);
  return ["docker", "run", "--rm", "--pull", "never", "--network", "none", ...environment, "--entrypoint", "", image];
}

/** `vllm/vllm-openai:v0.28.0-cu130` → `0.28.0`; undefined for tags that are no release. */
export function versionOfImage(image: string): string | undefined {
  return /:v?(\d+\.\d+(?:\.\d+)?(?:\.post\d+|rc\d+)?)(?:-[\w.-]+)?$/.exec(image.split("@", 1)[0] ?? "")?.[1];
}

/** What `--gpus` must say for the GPUs that a server was confined to. Docker reads the value as CSV, hence its quotes. */
export function dockerGpus(env: Readonly<Record<string, string>>): string {
  const visible = env["CUDA_VISIBLE_DEVICES"];
  return visible === undefined || visible === "" ? "all" : `"device=${visible}"`;
}
