import { statfsSync } from "node:fs";
import { freemem, totalmem } from "node:os";
import { ask } from "./ask.ts";

/** Tiers this version can build, strongest first. `container` and `cgroup` are named in the model and not yet built. */
export type Isolation = "sealed" | "tracked";

/** The tier servers will run in, and why not a stronger one. */
export type IsolationChoice =
  | { readonly ok: true; readonly tier: Isolation; readonly wrap: (argv: readonly string[]) => string[]; readonly detail: string }
  | { readonly ok: false; readonly reason: string };

const PROBE_MS = 10_000;
/** What the probe's inner program exits with, to prove that exit codes come through. */
const PROBE_CODE = 42;

/**
 * Chooses the strongest tier that is seen to work here. `SERVEGATE_ISOLATION=sealed|tracked` in `env` demands one; a demand that
 * cannot be met is refused, never weakened.
 */
export async function chooseIsolation(env: Readonly<Record<string, string | undefined>>): Promise<IsolationChoice> {
  const wanted = env["SERVEGATE_ISOLATION"] ?? "";
  if (wanted === "tracked") return tracked("asked for by SERVEGATE_ISOLATION");
  if (wanted !== "" && wanted !== "sealed") {
    return { ok: false, reason: `SERVEGATE_ISOLATION is "${wanted}"; it can be "sealed" or "tracked"` };
  }
  const reasons: string[] = [];
  // Root needs no user namespace of its own, and without one files of other users keep their owners.
  for (const userNamespace of process.getuid?.() === 0 ? [false, true] : [true]) {
    const wrap = sealed(userNamespace);
    const answer = await ask(wrap(["/bin/sh", "-c", `test -d /proc/self && exit ${PROBE_CODE}`]), { timeoutMs: PROBE_MS });
    if (answer.exitCode === PROBE_CODE) {
      return { ok: true, tier: "sealed", wrap, detail: "own pid, ipc and mount namespace; dies with us" };
    }
    reasons.push(
      answer.timedOut ? "the probe timed out" : firstLine(answer.stderr) || `the probe exited with ${answer.exitCode ?? answer.signal}`,
    );
  }
  const reason = `sealed does not work here: ${reasons.join("; ")}`;
  return wanted === "sealed" ? { ok: false, reason } : tracked(reason);
}

function tracked(detail: string): IsolationChoice {
  return { ok: true, tier: "tracked", wrap: (argv) => [...argv], detail };
}

/**
 * The design of Bazel's linux-sandbox, with util-linux: the kernel kills the whole pid namespace when its first process dies, that
 * one dies with `unshare`, and `unshare` with us. The shell is pid 1, because pid 1 ignores signals it has no handler for and the
 * server must not. It passes SIGTERM on and the server's exit code back. A private `/dev/shm` vanishes with everything in it.
 *
 * "With us" means the thread that spawned it, so servers are started from the main thread only.
 */
function sealed(userNamespace: boolean): (argv: readonly string[]) => string[] {
  const user = userNamespace ? ["--user", "--map-current-user", "--keep-caps"] : [];
  const script = [
    `mount -t tmpfs -o size=${sharedMemoryBytes()},mode=1777 tmpfs /dev/shm || exit 125`,
    // A background job of a shell ignores SIGINT and SIGQUIT; a server must not inherit that.
    'env --default-signal=INT,QUIT setpriv --inh-caps=-all --ambient-caps=-all --no-new-privs "$@" & c=$!',
    // The shell reports how its job ended; that is no line of the server's.
    "exec 2>/dev/null",
    'trap "kill -TERM $c" TERM INT HUP',
    "while :; do wait $c; s=$?; kill -0 $c 2>/dev/null || break; done; exit $s",
  ].join("\n");
  const namespaces = ["--mount", "--propagation", "slave", "--ipc", "--pid", "--fork", "--kill-child=SIGKILL", "--mount-proc"];
  const outer = ["setpriv", "--pdeathsig", "KILL", "unshare", ...user, ...namespaces];
  return (argv) => [...outer, "/bin/sh", "-c", script, "sh", ...argv];
}

/** As large as the machine's own, and at least a quarter of memory up to 16 GiB; the server must not meet a limit that is ours. */
function sharedMemoryBytes(): number {
  const least = Math.min(16 * 1024 ** 3, Math.floor(totalmem() / 4));
  try {
    const here = statfsSync("/dev/shm");
    return Math.max(least, here.blocks * here.bsize);
  } catch {
    return Math.min(least, freemem());
  }
}

function firstLine(text: string): string {
  return text.trim().split("\n")[0] ?? "";
}
