import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Bytes, Fetching } from "./source.ts";

const HUB = /^hf:([\w.-]+\/[\w.-]+)@([0-9a-f]{40})\/((?:[\w-][\w .-]*\/)*[\w-][\w .-]*)$/;
const LARGEST = 256 * 1024 * 1024;
const PATIENCE_MS = 120_000;

export function isHub(dataset: string): boolean {
  return dataset.startsWith("hf:");
}

/** Why `hf:…` cannot be used, or `undefined`. A branch can change under the run, so only a commit will do. */
export function hubProblem(dataset: string): string | undefined {
  return HUB.test(dataset) ? undefined : "must read hf:OWNER/NAME@COMMIT/FILE with the 40 hexadecimal digits of a commit";
}

/**
 * One file of a dataset repository at a commit. Looked for in the Hugging Face cache (`HF_HUB_CACHE`, `HF_HOME`), then among what was fetched
 * before, then asked from the hub (`HF_ENDPOINT`, with `HF_TOKEN`), which `HF_HUB_OFFLINE=1` forbids. Never rejects.
 */
export async function hubFile(dataset: string, sha256: string | undefined, { env = {}, signal }: Fetching): Promise<Bytes> {
  const [, repository = "", revision = "", path = ""] = HUB.exec(dataset) ?? [];
  if (repository === "") return { ok: false, reason: `${dataset}: ${hubProblem(dataset) ?? "cannot be read"}` };
  const cached = join(hubCache(env), `datasets--${repository.replace("/", "--")}`, "snapshots", revision, path);
  const kept = sha256 === undefined ? undefined : join(ownCache(env), sha256.toLowerCase());
  for (const place of [cached, ...(kept === undefined ? [] : [kept])]) {
    const bytes = await readFile(place).catch(() => undefined);
    if (bytes !== undefined) return { ok: true, bytes, from: place };
  }
  const offline = /^(1|true|yes|on)$/i.test(env["HF_HUB_OFFLINE"] ?? "");
  if (offline) return { ok: false, reason: `${dataset} is not in the cache (${cached}), and HF_HUB_OFFLINE forbids to fetch it` };
  const fetched = await fetchFile({ repository, revision, path }, env, signal);
  // What is not the file agreed on must not lie where that one is looked for.
  const agreed = fetched.ok && createHash("sha256").update(fetched.bytes).digest("hex") === sha256?.toLowerCase();
  if (agreed && kept !== undefined) await keep(kept, fetched.bytes);
  return fetched;
}

interface Address {
  readonly repository: string;
  readonly revision: string;
  readonly path: string;
}

async function fetchFile({ repository, revision, path }: Address, env: NonNullable<Fetching["env"]>, signal: AbortSignal): Promise<Bytes> {
  const hub = (env["HF_ENDPOINT"] ?? "https://huggingface.co").replace(/\/$/, "");
  const page = `${hub}/datasets/${repository}`;
  const url = `${page}/resolve/${revision}/${path.split("/").map(encodeURIComponent).join("/")}`;
  const token = env["HF_TOKEN"];
  try {
    const reply = await fetch(url, {
      headers: token === undefined || token === "" ? {} : { authorization: `Bearer ${token}` },
      signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]),
    });
    if (!reply.ok) {
      await reply.body?.cancel();
      return { ok: false, reason: refusal(reply.status, `${repository}@${revision.slice(0, 8)}/${path}`, page, token) };
    }
    if (Number(reply.headers.get("content-length") ?? 0) > LARGEST) {
      await reply.body?.cancel();
      return { ok: false, reason: `${url} is larger than 256 MiB` };
    }
    return { ok: true, bytes: Buffer.from(await reply.arrayBuffer()), from: url };
  } catch (error) {
    const { cause, message } = error as Error & { cause?: NodeJS.ErrnoException };
    return { ok: false, reason: `${hub} cannot be reached: ${cause?.code ?? message}` };
  }
}

function refusal(status: number, file: string, page: string, token: string | undefined): string {
  if (status === 401 || status === 403) {
    const remedy =
      token === undefined || token === "" ? "give a token with access (`hf-token`, or HF_TOKEN)" : "the token given has no access to it";
    return `${file} is gated or private (HTTP ${status}): accept its terms at ${page}, and ${remedy}`;
  }
  if (status === 404) return `the hub has no ${file} (HTTP 404)`;
  return `the hub did not give ${file}: HTTP ${status}`;
}

function hubCache(env: NonNullable<Fetching["env"]>): string {
  return env["HF_HUB_CACHE"] ?? join(env["HF_HOME"] ?? join(cacheHome(env), "huggingface"), "hub");
}

function ownCache(env: NonNullable<Fetching["env"]>): string {
  return join(cacheHome(env), "servegate", "data");
}

function cacheHome(env: NonNullable<Fetching["env"]>): string {
  return env["XDG_CACHE_HOME"] ?? join(env["HOME"] ?? homedir(), ".cache");
}

/** Kept under its checksum, so that what is found again is what was agreed on. A cache that cannot be written costs a fetch next time. */
async function keep(place: string, bytes: Buffer): Promise<void> {
  const draft = `${place}.${process.pid}`;
  await mkdir(join(place, ".."), { recursive: true })
    .then(() => writeFile(draft, bytes))
    .then(() => rename(draft, place))
    .catch(() => undefined);
}
