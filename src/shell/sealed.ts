import { statfsSync } from "node:fs";
import { freemem, totalmem } from "node:os";

/**
 * The design of Bazel's linux-sandbox, with util-linux: the kernel kills the whole pid namespace when its first process dies, that
 * one dies with `unshare`, and `unshare` with us. The shell is pid 1, because pid 1 ignores signals it has no handler for and the
 * server must not. It passes SIGTERM on and the server's exit code back. A private `/dev/shm` vanishes with everything in it.
 *
 * "With us" means the thread that spawned it, so servers are started from the main thread only.
 */
export function sealed(userNamespace: boolean): (argv: readonly string[]) => string[] {
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
