import type { Engine } from "../engines/index.ts";
import { ask, inheritable } from "../shell/index.ts";
import type { World } from "./gpus.ts";

const ASK_MS = 30_000;
const LONGEST = 80;

/** Distributions whose versions decide whether an engine works, as package registries name them. */
const DISTRIBUTIONS = [
  "torch",
  "triton",
  "transformers",
  "tokenizers",
  "flashinfer-python",
  "flashinfer-cubin",
  "flashinfer-jit-cache",
  "sglang-kernel",
  "sgl-kernel",
  "deep-gemm",
  "deep-ep",
  "flash-attn",
  "nvidia-nccl-cu12",
  "nvidia-nccl-cu13",
  "nvidia-cublas-cu12",
  "nvidia-cudnn-cu12",
  "nvidia-cudnn-cu13",
  "nvidia-cutlass-dsl",
  "nvidia-nvshmem-cu12",
  "nvidia-nvshmem-cu13",
  "nixl",
  "mooncake-transfer-engine",
  "compressed-tensors",
  "xgrammar",
  "numpy",
  "ray",
] as const;

/**
 * Reads metadata and two small files; imports neither PyTorch nor the engine. `CUDA (driver)` is what the `libcuda` answers that the
 * engine would load, a compatibility library included; `CUDA (PyTorch)` what PyTorch was built with.
 */
const CODE = `
import ctypes, importlib.metadata as m, importlib.util as u, json, platform, re
found = {"python": platform.python_version()}
for name in ${JSON.stringify(DISTRIBUTIONS)}:
    try: found[name] = m.version(name)
    except Exception: pass
try:
    spec = u.find_spec("torch")
    text = open(spec.submodule_search_locations[0] + "/version.py").read()
    found["CUDA (PyTorch)"] = re.search(r"^cuda[^=]*= *'([\\d.]+)'", text, re.M).group(1)
except Exception: pass
try:
    value = ctypes.c_int()
    if ctypes.CDLL("libcuda.so.1").cuDriverGetVersion(ctypes.byref(value)) == 0:
        found["CUDA (driver)"] = "%d.%d" % (value.value // 1000, value.value % 1000 // 10)
except Exception: pass
print(json.dumps(found))
`;

/**
 * Versions of what the installed engine stands on, by name; empty where the engine cannot be asked. The interpreter may be a pull
 * request's, so it is given no more than a server would be, and what it says is held to plain short text.
 */
export async function engineSoftware(
  engine: Engine,
  command: readonly string[] | undefined,
  { env, signal }: World,
): Promise<Readonly<Record<string, string>>> {
  const argv = engine.version?.argv(command) ?? [];
  if (argv.at(-2) !== "-c") return {};
  // An interpreter without the engine fails at the engine's own question; its libraries would be somebody else's.
  const answer = await ask([...argv.slice(0, -1), `${argv.at(-1)}\n${CODE}`], { timeoutMs: ASK_MS, env: inheritable(env), signal });
  return answer.ok ? readSoftware(answer.stdout) : {};
}

/** The last line that is a JSON object of short plain strings; warnings may stand before it. */
export function readSoftware(stdout: string): Readonly<Record<string, string>> {
  const line = stdout
    .split("\n")
    .map((each) => each.trim())
    .findLast((each) => each.startsWith("{"));
  try {
    const found = Object.entries(JSON.parse(line ?? "{}") as Record<string, unknown>);
    return Object.fromEntries(found.filter(([name, value]) => isPlain(name) && isPlain(value)).slice(0, 64)) as Record<string, string>;
  } catch {
    return {};
  }
}

function isPlain(value: unknown): boolean {
  return typeof value === "string" && value.length <= LONGEST && /^[\w.+()! -]+$/.test(value);
}
