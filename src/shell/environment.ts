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

const LOOPBACK = ["127.0.0.1", "localhost", "::1"];

/**
 * The environment of a server: what is on the allow-list, then `own` (the launch's variables), then what makes its processes
 * findable. Everything else stays here, because the server may be built from a pull request: `GITHUB_TOKEN`, `ACTIONS_*`,
 * `INPUT_*` and `RUNNER_*` never reach it.
 */
export function serverEnvironment(from: Variables, own: Readonly<Record<string, string>>, marker: string): Record<string, string> {
  const kept = Object.entries(from).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && (NAMES.has(entry[0]) || PREFIXES.some((prefix) => entry[0].startsWith(prefix))),
  );
  // Through a pipe Python holds back stdout by the block, and the line that matters would come after the death.
  const merged: Record<string, string> = { PYTHONUNBUFFERED: "1", ...Object.fromEntries(kept), ...own };
  const noProxy = withLoopback(merged["NO_PROXY"] ?? merged["no_proxy"]);
  const [name, value] = splitOnce(marker);
  // py-setproctitle overwrites the environment along with the title, and with it every mark (vllm's EngineCore); this stops it.
  return { ...merged, NO_PROXY: noProxy, no_proxy: noProxy, SPT_NOENV: "1", [name]: value };
}

function withLoopback(list: string | undefined): string {
  const hosts = (list ?? "").split(",").map((host) => host.trim());
  return [...new Set([...hosts, ...LOOPBACK])].filter((host) => host !== "").join(",");
}

function splitOnce(text: string): [string, string] {
  const at = text.indexOf("=");
  return [text.slice(0, at), text.slice(at + 1)];
}
