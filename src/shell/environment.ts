type Variables = Readonly<Record<string, string | undefined>>;

/** Exact names a server may inherit. */
const NAMES = new Set(
  [
    "PATH HOME USER LOGNAME SHELL LANG LANGUAGE TMPDIR TZ LD_LIBRARY_PATH VIRTUAL_ENV CONDA_PREFIX CC CXX",
    "PYTHONPATH PYTHONHOME PYTHONHASHSEED PYTHONUNBUFFERED PYTHONNOUSERSITE PYTHONFAULTHANDLER PYTHONDONTWRITEBYTECODE",
    "SSL_CERT_FILE SSL_CERT_DIR REQUESTS_CA_BUNDLE CURL_CA_BUNDLE",
    "HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY http_proxy https_proxy all_proxy no_proxy",
    // Lets GitHub's own sweep at the end of the job find what we could not kill.
    "RUNNER_TRACKING_ID",
  ].flatMap((names) => names.split(" ")),
);

const PREFIXES = [
  "LC_ XDG_ CUDA NVIDIA_ NCCL_ NVSHMEM_ UCX_ HF_ HUGGINGFACE_ TRANSFORMERS_ TOKENIZERS_ VLLM_ SGLANG_ SGL_",
  "FLASHINFER_ DG_ TORCH PYTORCH_ TRITON_ OMP_ MKL_ RAY_",
].flatMap((prefixes) => prefixes.split(" "));

/** Where docker's client finds its daemon. Given to it alone, and not to what a container runs. */
const DOCKER = ["DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH", "DOCKER_API_VERSION"];

const LOOPBACK = ["127.0.0.1", "localhost", "::1"];

/**
 * What a program that is not ours may inherit: the names on the allow-list, and a `NO_PROXY` that spares loopback. Everything else
 * stays here, because the program may be built from a pull request: `GITHUB_TOKEN`, `ACTIONS_*`, `INPUT_*` and `RUNNER_*` never reach it.
 * A client of docker (the first word of `argv`) is also told where its daemon is.
 */
export function inheritable(from: Variables, argv: readonly string[] = []): Record<string, string> {
  const client = isDocker(argv[0]) ? DOCKER : [];
  const kept = Object.entries(from).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined &&
      (NAMES.has(entry[0]) || client.includes(entry[0]) || PREFIXES.some((prefix) => entry[0].startsWith(prefix))),
  );
  return withLoopback(Object.fromEntries(kept));
}

/** The environment of a server: what it may inherit, then the launch's own variables, then what makes its processes findable. */
export function serverEnvironment(
  from: Variables,
  own: Readonly<Record<string, string>>,
  marker: string,
  argv: readonly string[] = [],
): Record<string, string> {
  const at = marker.indexOf("=");
  return {
    // Through a pipe Python holds back stdout by the block, and the line that matters would come after the death.
    PYTHONUNBUFFERED: "1",
    ...withLoopback({ ...inheritable(from, argv), ...own }),
    // py-setproctitle overwrites the environment along with the title, and with it every mark (vLLM's EngineCore); this stops it.
    SPT_NOENV: "1",
    [marker.slice(0, at)]: marker.slice(at + 1),
  };
}

/** What docker's client needs to find its daemon. */
export function dockerVariables(from: Variables): Record<string, string> {
  const kept = Object.entries(from).filter(([name]) => DOCKER.includes(name) || name === "HOME" || name === "XDG_RUNTIME_DIR");
  return Object.fromEntries(kept.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function isDocker(program: string | undefined): boolean {
  return program !== undefined && program.slice(program.lastIndexOf("/") + 1) === "docker";
}

function withLoopback(env: Record<string, string>): Record<string, string> {
  const hosts = (env["NO_PROXY"] ?? env["no_proxy"] ?? "").split(",").map((host) => host.trim());
  const list = [...new Set([...hosts, ...LOOPBACK])].filter((host) => host !== "").join(",");
  return { ...env, NO_PROXY: list, no_proxy: list };
}
