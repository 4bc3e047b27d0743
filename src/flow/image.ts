import type { Config, ContainerImage, Context } from "../model/index.ts";
import { ask } from "../shell/index.ts";

const INSPECT_MS = 30_000;
/** An image with CUDA and an engine is some 20 GB; fetched here, it does not eat the time that a launch has to become ready. */
const PULL_MS = 45 * 60_000;

/**
 * The container image of every launch and what it really was: the digest of the registry, or its own id where it was built here. Fetches
 * an image that is not here. Both are absent where docker cannot tell; the launch will then say what is wrong.
 */
export async function imageOf({ launch }: Config, { env, signal }: Pick<Context, "env" | "signal">): Promise<ContainerImage | undefined> {
  if (launch.docker === undefined) return undefined;
  const { image } = launch.docker;
  const docker = (words: readonly string[], timeoutMs: number): ReturnType<typeof ask> =>
    ask(["docker", ...words, image], { env, signal, timeoutMs });
  const inspect = (): ReturnType<typeof ask> => docker(["image", "inspect"], INSPECT_MS);
  const here = await inspect();
  const seen = here.ok || !(await docker(["pull", "--quiet"], PULL_MS)).ok ? here : await inspect();
  return { name: image, ...(seen.ok ? identityIn(seen.stdout, image) : {}) };
}

/** `docker image inspect` lists one digest per repository that the image was fetched from or sent to. */
function identityIn(json: string, image: string): Omit<ContainerImage, "name"> {
  const [found] = JSON.parse(json) as { readonly Id?: string; readonly RepoDigests?: readonly string[] }[];
  const digests = (found?.RepoDigests ?? []).map((entry) => entry.split("@", 2));
  const [, digest] = digests.find(([repository]) => image.startsWith(repository ?? " ")) ?? digests[0] ?? [];
  if (digest !== undefined) return { digest };
  return found?.Id === undefined ? {} : { id: found.Id };
}
